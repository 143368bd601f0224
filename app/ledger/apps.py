"""The application's registration with Django."""

from typing import TYPE_CHECKING, Any

from core import dashboard, navigation
from django.apps import AppConfig

if TYPE_CHECKING:  # there are no models yet when this is imported
    from django.contrib.auth.models import User


class LedgerConfig(AppConfig):
    """Accounts, transactions, imports."""

    name = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        """Add the pages to the menu and the block to the start page."""
        navigation.register(navigation.Entry("Transactions", "ledger:transactions", order=20))
        navigation.register(navigation.Entry("Accounts", "ledger:accounts", order=21))
        dashboard.register(
            dashboard.Block("accounts", "Accounts", "ledger/block.html", _block, order=20)
        )


def _block(user: "User") -> dict[str, Any]:
    from ledger.selectors.accounts import overview  # noqa: PLC0415 - needs the models

    return {"accounts": overview(user)[:6]}
