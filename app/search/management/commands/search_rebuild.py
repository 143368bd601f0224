"""``search_rebuild``: writes all entries of the search anew."""

from argparse import ArgumentParser
from datetime import datetime

from core.services.jobs import enqueue
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from search.services.rebuild import REBUILD, rebuild


class Command(BaseCommand):
    """Makes every entry anew while people search: after ``SEARCH_LANGUAGE`` changed."""

    help = "Write all entries of the search anew; people can search meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add how it is done."""
        parser.add_argument("--later", action="store_true", help="let a worker do it")
        parser.add_argument(
            "--since", help="go on with an interrupted run: the moment that it said it began"
        )

    def handle(self, *args: object, later: bool, since: str | None, **options: object) -> None:
        """Do it, or ask a worker; raises ``CommandError`` for a moment that is none."""
        if later:
            with transaction.atomic():
                job = enqueue(REBUILD, None)
            self.stdout.write(f"A worker makes the search anew, job {job.uid}.")
            return
        begun = _moment(since) if since else timezone.now()
        self.stdout.write(f"Began {begun.isoformat()}; interrupted, go on with --since of that.")
        written = rebuild(since=begun, progress=self._tell)
        self.stdout.write(f"{written} entries are made anew.")

    def _tell(self, written: int) -> None:
        if written % 10_000 == 0:
            self.stdout.write(f"{written} entries")


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or timezone.is_naive(moment):
        raise CommandError(f"--since {text}: must be like 2026-12-31T10:00:00+00:00")
    return moment
