"""Loads the household through the services that people's own files go through.

One file is one transaction of the database: the document, its tags and fields, and what is imported
from it. So a run that was killed left whole files or nothing of them, and the next one goes on.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.errors import ConflictError, InvalidInputError
from core.models import AuditEvent
from core.services import audit
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from documents.models import Document, DocumentType, Version
from documents.services import adding, changing
from documents.services.types import save_type
from ledger.models import Account, Category, Import, Statement, Transaction, TransactionStatus
from ledger.services.accounts import save_account
from ledger.services.imports import start_import
from ledger.services.rules import save_category, save_rule
from ledger.services.sources import import_version
from ledger.services.statements import reconcile
from ledger.services.transactions import review

from demo.contents import Item, items
from demo.household import CATEGORIES, HOLDINGS, OWNER, TYPES

LABEL: Final = "load_demo"
"""Who made the account, in the audit log: one of that name that a person made is left alone."""
_LOCK: Final = 0x6C656467_64656D6F
"""Key of PostgreSQL's advisory lock (``ledgdemo``)."""
_CHUNK: Final = 1024**2


@dataclass(slots=True)
class Loaded:
    """What a run has done so far."""

    added: int = 0
    known: int = 0
    size: int = 0
    """Bytes of the added files."""
    transactions: int = 0


Say = Callable[[Loaded], None]


def owner_account(*, password: str | None) -> User:
    """Return the account that everything belongs to; make it when there is none.

    Raises ``ConflictError`` when a person has an account of that name.
    """
    with transaction.atomic():
        found = User.objects.select_for_update().filter(username=OWNER).first()
        if found is None:
            made = User.objects.create_user(OWNER, password=password)
            audit.record(actor=None, verb="created", target=made, label=LABEL)
            return made
        if not is_ours(found):
            raise ConflictError(
                f"Somebody has an account {OWNER} already, and nothing is mixed into it. "
                "Give that account another name first."
            )
        if not found.is_active:
            found.is_active = True
            found.save(update_fields=["is_active"])
            audit.record(actor=None, verb="activated", target=found, label=LABEL)
        return found


def is_ours(user: User) -> bool:
    """Tell whether an account was made here, by the log that nobody can change."""
    return AuditEvent.objects.filter(
        verb="created",
        object_type=user._meta.label_lower,
        object_label=str(user),
        actor_label=LABEL,
        actor_id=None,
    ).exists()


def load(*, owner: User, size: str, seed: int, say: Say) -> Loaded:
    """Load what is not there yet; ``say`` is called after each file.

    Raises ``ConflictError`` while another run is at it.
    """
    _alone()
    types, accounts = _types(), _accounts(owner)
    _rules(owner)
    known = _names(owner)
    done = Loaded()
    for item in items(size, seed):
        if item.name in known:
            done.known += 1
        else:
            content = item.make()
            with transaction.atomic():
                document = _add(owner, item, content, types)
                if item.holding is not None:
                    done.transactions += _import(
                        owner, item, document.version, accounts[item.holding.key]
                    )
            done.added += 1
            done.size += len(content)
        say(done)
    return done


def _alone() -> None:
    """Hold a lock until the process ends: a run that was left alone goes on in its container."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise ConflictError("Another run is loading already. Wait for its end.")


def _names(owner: User) -> set[str]:
    found = Version.objects.filter(document__owner=owner, number=1)
    return set(found.values_list("filename", flat=True))


def _add(owner: User, item: Item, content: bytes, types: dict[str, DocumentType]) -> Document:
    sent = adding.receive(_chunks(content), item.name)
    # Of its name there is none; that somebody shares the same bytes with the account is no reason.
    document = adding.add_document(actor=owner, sent=sent, title=item.title, on_duplicate="new")
    changing.set_tags(actor=owner, document=document, names=item.tags)
    if item.type_name:
        _describe(owner, document, types[item.type_name], item.metadata)
    return document


def _describe(
    owner: User, document: Document, document_type: DocumentType, metadata: Mapping[str, Any]
) -> None:
    """Give a document its type; fields that an administrator made otherwise stay empty."""
    known = document_type.schema.get("properties", {})
    fitting = {name: value for name, value in metadata.items() if name in known}
    for fields in (fitting, {}):
        try:
            changing.describe(
                actor=owner, document=document, document_type=document_type, metadata=fields
            )
        except InvalidInputError:
            continue
        return


def _chunks(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK):
        yield content[start : start + _CHUNK]


def _import(owner: User, item: Item, version: Version, account: Account) -> int:
    origin = import_version(actor=owner, version_uid=version.uid, account=account)
    done = start_import(actor=owner, origin=origin, without_problems=False)
    if item.is_settled:
        _settle(owner, done)
    return done.added


def _settle(owner: User, origin: Import) -> None:
    """Review what an import brought, and reconcile its period where both balances are known."""
    new = Transaction.objects.filter(origin=origin, status=TransactionStatus.NEW)
    review(actor=owner, uids=list(new.values_list("uid", flat=True)), reviewed=True)
    agreed = Statement.objects.filter(
        origin=origin, opening__isnull=False, closing__isnull=False
    ).select_related("account")
    for statement in agreed:
        reconcile(actor=owner, statement=statement)


def _types() -> dict[str, DocumentType]:
    """Return the types by name; they are everybody's, so one that is there is left as it is."""
    known = {each.name: each for each in DocumentType.objects.filter(name__in=TYPES)}
    return {
        name: known.get(name)
        or save_type(
            actor=None,
            document_type=DocumentType(
                name=name, schema={"type": "object", "properties": dict(properties)}
            ),
        )
        for name, properties in TYPES.items()
    }


def _accounts(owner: User) -> dict[str, Account]:
    known = {account.name: account for account in Account.objects.filter(owner=owner)}
    return {
        holding.key: known.get(holding.name)
        or save_account(
            actor=owner,
            account=None,
            name=holding.name,
            currency=holding.currency,
            bank=holding.bank,
            number=holding.number,
        )
        for holding in HOLDINGS
    }


def _rules(owner: User) -> None:
    known = {category.name: category for category in Category.objects.filter(owner=owner)}
    for name, words in CATEGORIES.items():
        if name in known:
            continue
        with transaction.atomic():
            category = save_category(actor=owner, category=None, name=name)
            for word in words:
                save_rule(actor=owner, rule=None, category=category, payee_contains=word)


def development_password() -> str | None:
    """Return the administrator's password of a development environment; None elsewhere."""
    admin = settings.LEDGERFLOW.admin
    return admin.password if admin is not None and not settings.LEDGERFLOW.is_live else None
