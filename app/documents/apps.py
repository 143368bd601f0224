"""The application's registration with Django."""

from core.dashboard import dashboard_panels
from core.navigation import Entry, register
from core.panels import Panel
from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents, their versions and their text."""

    name = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        """Register menu and dashboard."""
        from documents.overview import recent  # noqa: PLC0415 - models exist only now

        register(Entry("Documents", "documents:list", order=10))
        dashboard_panels.register(
            Panel("documents", "Recent documents", "documents/dashboard_panel.html", recent, 10)
        )
