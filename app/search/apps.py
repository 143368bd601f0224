"""The application's registration with Django."""

from core import navigation
from core.dashboard import dashboard_panels
from core.panels import Panel
from django.apps import AppConfig


class SearchConfig(AppConfig):
    """One search over documents and transactions."""

    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        """Listen to changes, add the page to the menu and the panel to the start page."""
        from documents import hooks as documents  # noqa: PLC0415 - models exist only now
        from ledger import hooks as ledger  # noqa: PLC0415

        from search.overview import saved  # noqa: PLC0415
        from search.services import entries  # noqa: PLC0415

        documents.listeners.register("search", entries.write_documents)
        documents.name_listeners.register("search", entries.renamed)
        ledger.listeners.register("search", entries.write_transactions)
        ledger.name_listeners.register("search", entries.renamed)
        navigation.register(navigation.Entry("Search", "search:search", order=30))
        dashboard_panels.register(
            Panel("search", "Saved searches", "search/dashboard_panel.html", saved, order=30)
        )
