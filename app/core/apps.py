"""The application's registration with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the system checks, and puts the lock before the commands."""

    name = "core"
    verbose_name = "LedgerFlow"

    def ready(self) -> None:
        """Import what registers itself."""
        from core import checks, lock  # noqa: F401, PLC0415 - models exist only now

        lock.install()
