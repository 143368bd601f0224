"""Takes the household away again, and touches nothing of anybody else.

Documents go the way that people's own go: into the trash, then for good; their files are swept a
day later. Nothing else removes transactions; here the invented ones are, account by account, each
written into the audit log, which keeps all events.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.services import audit
from django.contrib.auth.models import User
from django.db import transaction
from documents.models import Document, Tag
from documents.services import trash
from ledger.models import Account, Category, CsvLayout, Import, Rule, Statement, Transaction

from demo.services.loading import LABEL

BATCH: Final = 200


@dataclass(slots=True)
class Removed:
    """What a run has removed so far."""

    documents: int = 0
    transactions: int = 0


Say = Callable[[Removed], None]


def remove(*, owner: User, say: Say) -> Removed:
    """Remove all documents, accounts and transactions of ``owner``, and close the account.

    May be killed and run again. Raises ``ConflictError`` for a document that has to be kept.
    """
    done = Removed()
    while batch := list(Document.objects.filter(owner=owner).order_by("pk")[:BATCH]):
        for document in batch:
            with transaction.atomic():
                if document.trashed_at is None:
                    trash.trash(actor=owner, document=document)
                trash.purge(actor=owner, document=document)
            done.documents += 1
            say(done)
    for account in Account.objects.filter(owner=owner).order_by("pk"):
        done.transactions += _remove_account(account)
        say(done)
    with transaction.atomic():
        for model in (Import, Rule, Category, CsvLayout, Tag):
            model.objects.filter(owner=owner).delete()
        owner.is_active = False
        owner.save(update_fields=["is_active"])
        audit.record(actor=None, verb="deactivated", target=owner, label=LABEL)
    return done


def _remove_account(account: Account) -> int:
    with transaction.atomic():
        number, _ = Transaction.objects.filter(account=account).delete()
        Rule.objects.filter(account=account).delete()
        Statement.objects.filter(account=account).delete()
        Import.objects.filter(account=account).delete()
        before = {"name": account.name, "transactions": number}
        audit.record(actor=None, verb="deleted", target=account, before=before, label=LABEL)
        account.delete()
    return number
