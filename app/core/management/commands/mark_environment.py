"""``mark_environment``: gives the database to the environment of the settings."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from core.marker import marked_environment
from core.models import EnvironmentMarker


class Command(BaseCommand):
    """Writes the marker, for a database restored from another environment's backup."""

    help = "Write the environment marker of the database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the confirmation."""
        parser.add_argument(
            "--replace", action="store_true", help="take over a database of another environment"
        )

    def handle(self, *args: object, replace: bool, **options: object) -> None:
        """Write the marker; raises ``CommandError`` when another environment has the database."""
        name = settings.LEDGERFLOW.name
        with transaction.atomic():
            marked = marked_environment(connection)
            if marked == name:
                self.stdout.write(f"The database belongs to {name} already; nothing is changed.")
                return
            if marked is not None and not replace:
                raise CommandError(
                    f"The database belongs to {marked}, not to {name}.\n"
                    "If it shall change hands, run: python manage.py mark_environment --replace"
                )
            EnvironmentMarker.objects.update_or_create(singleton=True, defaults={"name": name})
        self.stdout.write(f"The database belongs to {name} now (before: {marked or 'no marker'}).")
