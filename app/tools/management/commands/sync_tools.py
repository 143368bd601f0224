"""``sync_tools``: adds rows for tools that code registered, and shows where the two disagree."""

from django.core.management.base import BaseCommand

from tools.selectors.tools import drift
from tools.services.registration import sync_tools


class Command(BaseCommand):
    """Does what ``migrate`` does at its end."""

    help = "Add a row for every tool that code registered, and show where code and rows disagree."

    def handle(self, *args: object, **options: object) -> None:
        """Add what is missing."""
        added = sync_tools()
        for path in added.tools:
            self.stdout.write(f"added: {path}")
        for path, how in drift().items():
            self.stdout.write(f"{how}: {path}")
        if not added.tools:
            self.stdout.write("Every tool of the code has its row.")
