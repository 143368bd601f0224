"""The application's registration with Django."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from core.dashboard import dashboard_panels
from core.navigation import Entry, register


class CoreConfig(AppConfig):
    """Registers checks, jobs and pages, and puts the lock before the commands."""

    name = "core"
    verbose_name = "LedgerFlow"

    def ready(self) -> None:
        """Import what registers itself."""
        from core import checks, lock  # noqa: F401, PLC0415 - models exist only now
        from core.jobs import housekeeping, signs_of_life  # noqa: F401, PLC0415

        lock.install()
        autodiscover_modules("jobs")
        from core.jobs.overview import PANEL  # noqa: PLC0415

        dashboard_panels.register(PANEL)
        _register_pages()


def _register_pages() -> None:
    for entry in (
        Entry("Dashboard", "core:dashboard", 0),
        Entry("Jobs", "core:jobs", 80),
        Entry("Status", "core:status", 90, only_administrators=True),
    ):
        register(entry)
