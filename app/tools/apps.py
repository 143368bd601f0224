"""The application's registration with Django."""

from core import actions, navigation
from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate


class ToolsConfig(AppConfig):
    """Registered tools and their runs."""

    name = "tools"
    verbose_name = "Tools"

    def ready(self) -> None:
        """Import the packages of tools, and offer them in the menu and in the ledger."""
        from tools import registry  # noqa: PLC0415 - models exist only now

        registry.discover()
        post_migrate.connect(_sync, sender=self)
        navigation.register(navigation.Entry("Tools", "tools:list", order=40))
        actions.register(
            actions.Action(
                place="ledger.transaction",
                title="Look the payee up",
                url_name="tools:run",
                url_arguments=("payee_tool", "lookup_payee"),
                fields={"payee": "payee"},
            )
        )


def _sync(using: str, **_: object) -> None:
    """Add rows for what code registered, once the tables are there: also after a restore."""
    from tools.models import Tool  # noqa: PLC0415 - models exist only now
    from tools.services.registration import sync_tools  # noqa: PLC0415

    tables = connections[using].introspection.table_names()
    if using == DEFAULT_DB_ALIAS and Tool._meta.db_table in tables:
        sync_tools()
