"""The application's registration with Django."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core import dashboard, navigation
from django.apps import AppConfig
from documents import panels

if TYPE_CHECKING:  # there are no models yet when this is imported
    from django.contrib.auth.models import User
    from documents.models import Document


class LedgerConfig(AppConfig):
    """Accounts, transactions, imports."""

    name = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        """Add the pages to the menu, the block to the start page, the panel to documents."""
        navigation.register(navigation.Entry("Transactions", "ledger:transactions", order=20))
        navigation.register(navigation.Entry("Accounts", "ledger:accounts", order=21))
        dashboard.register(
            dashboard.Block("accounts", "Accounts", "ledger/block.html", _block, order=20)
        )
        panels.register(
            panels.Panel("ledger", "Ledger", "ledger/document_panel.html", _panel, order=20)
        )


def _block(user: "User") -> dict[str, Any]:
    from ledger.selectors.accounts import overview  # noqa: PLC0415 - needs the models

    return {"accounts": overview(user)[:6]}


def _panel(user: "User", document: "Document") -> Mapping[str, Any] | None:
    from ledger.selectors.sources import document_panel  # noqa: PLC0415 - needs the models

    return document_panel(user, document)
