"""Bringing files of banks into the ledger."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any, Final

from core.errors import ConflictError, LedgerFlowError, TooLargeError, UnprocessableError
from core.services import audit
from core.services.jobs import enqueue
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ledger.indexing import reindex
from ledger.matching import facts_of, first_fit
from ledger.models import Account, CsvLayout, Import, ImportState, Rule, Statement, Transaction
from ledger.parsing.encoding import decode
from ledger.parsing.kinds import CSV, kind_of
from ledger.parsing.layout import Layout
from ledger.plans import Keyed, Part, Plan
from ledger.selectors.accounts import check_owner
from ledger.selectors.plans import plan_of

LARGEST: Final = 20 * 1024 * 1024
"""Bytes; a statement of 100,000 transactions has about ten million."""
AT_ONCE: Final = 2000
"""Larger files are imported by a worker; also how many rows go to the database together."""


def preview_import(
    *,
    actor: User,
    filename: str,
    content: bytes,
    account: Account | None,
    document_uid: uuid.UUID | None = None,
) -> Import:
    """Keep a file and find out how it is read; nothing comes into the ledger yet.

    ``plan_of`` tells what would come of it. Raises ``UnsupportedTypeError`` and
    ``UnprocessableError`` for files that are no statement, ``TooLargeError`` over 20 MiB.
    """
    if account is not None:
        check_owner(actor, account)
    check_size(len(content))
    origin = Import(
        owner=actor,
        account=account,
        filename=PurePath(filename.replace("\\", "/")).name[:255] or "statement",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        document_uid=document_uid,
        kind=kind_of(content),
    )
    if origin.kind == CSV and account is None:
        raise UnprocessableError("A CSV file names no account. Choose the account it is of.")
    plan = plan_of(origin)
    origin.layout = plan.detection.layout.to_json() if plan.detection else None
    with transaction.atomic():
        origin.save()
        audit.record(
            actor=actor,
            verb="uploaded",
            target=origin,
            after={"sha256": origin.sha256, "kind": origin.kind, "size": len(content)},
        )
    return origin


def check_size(size: int) -> None:
    """Raise ``TooLargeError`` for a file of more than 20 MiB; ``size`` in bytes."""
    if size > LARGEST:
        raise TooLargeError(f"The file is larger than {LARGEST // 1024**2} MiB. Ask for less time.")


def choose_layout(*, actor: User, origin: Import, changes: Mapping[str, Any]) -> Import:
    """Read a file in another way; ``changes`` are fields of ``Layout``.

    Raises ``ConflictError`` when it is imported already, ``UnprocessableError`` when its bytes are
    no text in the encoding.
    """
    with transaction.atomic():
        locked = _open(actor, origin)
        before = audit.snapshot(locked, "layout")
        layout = replace(Layout.from_json(locked.layout or {}), **changes)
        decode(bytes(locked.content), layout.encoding)
        locked.layout = layout.to_json()
        locked.save(update_fields=["layout", "updated_at"])
        after = audit.snapshot(locked, "layout")
        audit.record(actor=actor, verb="changed", target=locked, before=before, after=after)
    return locked


def start_import(*, actor: User, origin: Import, without_problems: bool) -> Import:
    """Do the import: at once when it is small, by a worker otherwise. See ``run_import``."""
    with transaction.atomic():
        locked = _open(actor, origin)
        plan = plan_of(locked, with_choices=False)
        _check(plan, without_problems=without_problems)
        locked.without_problems = without_problems
        locked.state = ImportState.RUNNING
        locked.save(update_fields=["without_problems", "state", "updated_at"])
        if sum(len(part.new) for part in plan.parts) > AT_ONCE:
            enqueue("ledger.import", locked.uid, owner=actor)
            return locked
        return run_import(actor=actor, origin=locked)


def run_import(*, actor: User | None, origin: Import) -> Import:
    """Bring the transactions of a file into the ledger: all of them or none.

    What an account has already is counted and left as it is, so that the same file, a file of an
    overlapping period, or the same job again adds nothing twice. Raises ``ConflictError`` when
    something has to be settled first.
    """
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=origin.pk)
        if locked.state == ImportState.DONE:
            return locked
        _lock_accounts(locked)
        plan = plan_of(locked, with_choices=False)
        _check(plan, without_problems=locked.without_problems)
        rules = list(Rule.objects.filter(owner_id=locked.owner_id).order_by("order", "id"))
        for part in plan.parts:
            _add(locked, part, rules)
            _keep_statement(actor, locked, part)
        if plan.detection is not None:
            _remember(locked, plan.detection.layout)
        locked.added = sum(len(part.new) for part in plan.parts)
        locked.known = sum(part.known for part in plan.parts)
        locked.skipped = sum(len(part.statement.skipped) for part in plan.parts)
        locked.state, locked.finished_at = ImportState.DONE, timezone.now()
        locked.error_message = ""
        locked.save()
        counts = audit.snapshot(locked, "added", "known", "skipped")
        audit.record(actor=actor, verb="imported", target=locked, after=counts)
    return locked


def note_failure(*, origin: Import, error: LedgerFlowError) -> None:
    """Say why a worker could not import a file; a person can correct it and try again."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=origin.pk)
        locked.state, locked.error_message = ImportState.FAILED, error.message[:500]
        locked.save(update_fields=["state", "error_message", "updated_at"])
        audit.record(actor=None, verb="failed", target=locked, after={"error": error.error_code})


def _open(actor: User, origin: Import) -> Import:
    locked = Import.objects.select_for_update().get(pk=origin.pk, owner_id=actor.pk)
    if not locked.is_open:
        raise ConflictError("This file is imported already. Send it again to read it otherwise.")
    return locked


def _check(plan: Plan, *, without_problems: bool) -> None:
    if plan.can_run(without_problems=without_problems):
        return
    if plan.complaints:
        raise ConflictError(" ".join(plan.complaints))
    raise ConflictError(
        f"{len(plan.problems)} lines cannot be read. Correct how the file is read, "
        "or say that they are to be left out."
    )


def _lock_accounts(origin: Import) -> None:
    """Let one import at a time into the accounts of a person: the second one sees the first's."""
    list(
        Account.objects.select_for_update(no_key=True)
        .filter(owner_id=origin.owner_id)
        .order_by("pk")
        .values_list("pk")
    )


def _add(origin: Import, part: Part, rules: list[Rule]) -> None:
    account = part.account
    if account is None:
        raise ConflictError(part.complaint)
    rows = [_row(origin, account, keyed, rules) for keyed in part.new]
    for start in range(0, len(rows), AT_ONCE):
        reindex(Transaction.objects.bulk_create(rows[start : start + AT_ONCE]))


def _row(origin: Import, account: Account, keyed: Keyed, rules: list[Rule]) -> Transaction:
    line, (fingerprint, occurrence) = keyed
    rule = first_fit(rules, facts_of(account.pk, line.payee, line.description, line.amount))
    return Transaction(
        account=account,
        booked_on=line.booked_on,
        value_on=line.value_on,
        amount=line.amount,
        currency=line.currency,
        payee=line.payee[:255],
        description=line.description,
        reference=line.reference[:255],
        external_id=line.external_id[:255],
        fingerprint=fingerprint,
        occurrence=occurrence,
        category_id=rule.category_id if rule else None,
        rule=rule,
        origin=origin,
        source_uid=origin.document_uid,
        source_line=line.line,
    )


def _keep_statement(actor: User | None, origin: Import, part: Part) -> None:
    said = part.statement
    _reopen(actor, part)
    if said.starts_on is None or said.ends_on is None:
        return
    if said.opening is None and said.closing is None:
        return
    statement, is_new = Statement.objects.get_or_create(
        account=part.account,
        starts_on=said.starts_on,
        ends_on=said.ends_on,
        defaults={"origin": origin, "opening": said.opening, "closing": said.closing},
    )
    if is_new:
        return
    before = audit.snapshot(statement, "opening", "closing")
    if statement.opening is None:
        statement.opening = said.opening
    if statement.closing is None:
        statement.closing = said.closing
    after = audit.snapshot(statement, "opening", "closing")
    if before != after:
        statement.save(update_fields=["opening", "closing", "updated_at"])
        audit.record(actor=actor, verb="changed", target=statement, before=before, after=after)


def _reopen(actor: User | None, part: Part) -> None:
    """Take back that a period agrees when transactions came into it."""
    days = [line.booked_on for line, _ in part.new]
    for statement in Statement.objects.filter(account=part.account, reconciled_at__isnull=False):
        if any(statement.starts_on <= day <= statement.ends_on for day in days):
            statement.reconciled_at = None
            statement.save(update_fields=["reconciled_at", "updated_at"])
            audit.record(actor=actor, verb="reopened", target=statement)


def _remember(origin: Import, layout: Layout) -> None:
    CsvLayout.objects.update_or_create(
        owner_id=origin.owner_id,
        fingerprint=layout.fingerprint,
        defaults={"layout": layout.to_json()},
    )
