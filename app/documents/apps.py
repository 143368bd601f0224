"""The application's registration with Django."""

from core import dashboard
from core.navigation import Entry, register
from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents, their versions and their text."""

    name = "documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        """Register menu and dashboard."""
        from documents.overview import recent  # noqa: PLC0415 - models exist only now

        register(Entry("Documents", "documents:list", order=10))
        block = dashboard.Block("documents", "Recent documents", "documents/block.html", recent, 10)
        dashboard.register(block)
