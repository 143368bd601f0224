"""The application's registration with Django."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core import navigation
from core.dashboard import dashboard_panels
from core.panels import Panel
from django.apps import AppConfig
from documents.panels import document_panels

if TYPE_CHECKING:  # there are no models yet when this is imported
    from django.contrib.auth.models import User
    from documents.models import Document


class LedgerConfig(AppConfig):
    """Accounts, transactions, imports."""

    name = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        """Add the pages to the menu, the panels to the start page and to documents."""
        navigation.register(navigation.Entry("Transactions", "ledger:transactions", order=20))
        navigation.register(navigation.Entry("Accounts", "ledger:accounts", order=21))
        dashboard_panels.register(
            Panel("accounts", "Accounts", "ledger/dashboard_panel.html", _accounts, order=20)
        )
        document_panels.register(
            Panel("ledger", "Ledger", "ledger/document_panel.html", _imports, order=20)
        )


def _accounts(user: "User") -> dict[str, Any]:
    from ledger.selectors.accounts import overview  # noqa: PLC0415 - needs the models

    return {"accounts": overview(user)[:6]}


def _imports(user: "User", document: "Document") -> Mapping[str, Any] | None:
    from ledger.selectors.sources import document_panel  # noqa: PLC0415 - needs the models

    return document_panel(user, document)
