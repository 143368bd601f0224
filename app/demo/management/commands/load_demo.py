"""``load_demo``: an invented household for people to try LedgerFlow on, or for benchmarks."""

import time
from argparse import ArgumentParser
from typing import Final

from core.errors import LedgerFlowError
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from documents.models import Document

from demo.contents import LARGE, SMALL, number_of
from demo.household import OWNER
from demo.services import loading, removal

EVERY_SECONDS: Final = 5
"""Between two lines of progress."""


class Command(BaseCommand):
    """Adds documents and transactions of the account ``demo`` through the services.

    What is there already is left as it is, so that it may be run, killed and run again. Documents
    of other people are neither read nor changed.
    """

    help = "Load invented documents and transactions for the account demo, or remove them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what is loaded, and the word that it may be beside people's own."""
        parser.add_argument("--size", choices=(SMALL, LARGE), default=SMALL)
        parser.add_argument(
            "--seed", type=int, default=1, help="another number, another household (default: 1)"
        )
        parser.add_argument("--remove", action="store_true", help="remove all of it instead")
        parser.add_argument(
            "--beside-own-documents",
            action="store_true",
            help="do it where people keep their own documents (staging, prod, dr)",
        )

    def handle(
        self,
        *args: object,
        size: str,
        seed: int,
        remove: bool,
        beside_own_documents: bool,
        **options: object,
    ) -> None:
        """Load or remove; raises ``CommandError`` saying why not."""
        environment = settings.LEDGERFLOW
        if environment.is_live and not beside_own_documents:
            raise CommandError(
                f"{environment.name} is for people's own documents, and invented ones would stand "
                "beside them.\nTry it in dev: make demo; or say --beside-own-documents."
            )
        self._begun = self._said = time.monotonic()
        try:
            if remove:
                self._remove()
            else:
                self._load(size, seed)
        except LedgerFlowError as error:
            raise CommandError(error.message) from error

    def _load(self, size: str, seed: int) -> None:
        password = loading.development_password()
        owner = loading.owner_account(password=password)
        others = Document.objects.exclude(owner=owner).count()
        if others:
            self._say(f"{others:,} documents of other people stay as they are.")
        number = number_of(size)
        self._say(f"Loading {number:,} files for the account {OWNER}.")

        def progress(done: loading.Loaded) -> None:
            if self._is_time():
                self._say(f"  {done.added + done.known:,} of {number:,} files, {_added(done)}")

        done = loading.load(owner=owner, size=size, seed=seed, say=progress)
        took = time.monotonic() - self._begun
        self._say(f"{number:,} files: {_added(done)}, {done.known:,} were there; {took:.0f} s.")
        if done.added:
            self._say("The worker reads them now; /jobs/ shows how far it is.")
        self._say(
            f"Sign in as {OWNER} with the administrator's development password."
            if password is not None
            else f"To sign in give it a password: python manage.py changepassword {OWNER}"
        )

    def _remove(self) -> None:
        owner = User.objects.filter(username=OWNER).first()
        if owner is None or not loading.is_ours(owner):
            self._say("There is nothing to remove: load_demo made no account here.")
            return

        def progress(done: removal.Removed) -> None:
            if self._is_time():
                self._say(f"  {done.documents:,} documents, {done.transactions:,} transactions")

        done = removal.remove(owner=owner, say=progress)
        self._say(
            f"Removed {done.documents:,} documents and {done.transactions:,} transactions of the "
            f"account {OWNER}. Their files are swept a day after they were added."
        )

    def _is_time(self) -> bool:
        now = time.monotonic()
        if now - self._said < EVERY_SECONDS:
            return False
        self._said = now
        return True

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _added(done: loading.Loaded) -> str:
    return f"{done.added:,} added ({done.size / 1e6:,.0f} MB, {done.transactions:,} transactions)"
