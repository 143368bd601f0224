"""``ensure_admin``: creates the administrator of a development environment."""

from typing import Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

REFUSED_IN: Final = ("prod", "dr")


class Command(BaseCommand):
    """Creates the account of ``DJANGO_ADMIN_USERNAME`` when it does not exist.

    An existing account is left as it is, its password too.
    """

    help = "Create the administrator named by DJANGO_ADMIN_USERNAME if there is none."

    def handle(self, *args: object, **options: object) -> None:
        """Create the account; raises ``CommandError`` in production."""
        environment = settings.LEDGERFLOW
        if environment.name in REFUSED_IN:
            raise CommandError(
                f"ensure_admin is for development and refuses to run in {environment.name}.\n"
                "Create the administrator with: python manage.py create_first_admin NAME"
            )
        if environment.admin is None:
            self.stdout.write("No administrator is configured (DJANGO_ADMIN_USERNAME is not set).")
            return
        self._ensure(environment.admin.username, environment.admin.password)

    def _ensure(self, username: str, password: str) -> None:
        users = get_user_model().objects
        if users.filter(username=username).exists():
            self.stdout.write(f"Administrator {username} exists; nothing is changed.")
            return
        users.create_superuser(username, email=None, password=password)
        self.stdout.write(f"Administrator {username} is created.")
