"""Looking after the store: is every file there and what it was, and is nothing there in vain?"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from documents.models import Blob, BlobState
from documents.selectors.blobs import of_prefixes, unused
from documents.services import blobs
from documents.store import blob_store

logger = logging.getLogger(__name__)
PARTS: Final = 30
"""A day looks at one of so many parts of the store."""
GRACE: Final = timedelta(hours=24)
BATCH: Final = 500


@dataclass(slots=True)
class Findings:
    """What a sweep found, by sums, and removed."""

    checked: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    removed: int = 0


def prefixes_of(day: int) -> list[str]:
    """Return the prefixes of the part of a day; 30 days in a row see every one."""
    return [f"{number:02x}" for number in range(256) if number % PARTS == day % PARTS]


def sweep(*, now: datetime | None = None) -> Findings:
    """Compare today's part of the files with their sums, and remove what nobody needs.

    What is missing or damaged is noted in its row and logged by name; a backup, or the same file
    sent again, heals it. While a full backup reads the files none is removed.
    """
    moment = now or timezone.now()
    prefixes = prefixes_of(moment.toordinal())
    findings = Findings()
    for blob in of_prefixes(prefixes).iterator(chunk_size=BATCH):
        _verify(blob, findings, moment)
    _remove_unused(findings, moment - GRACE)
    _remove_without_row(findings, prefixes, (moment - GRACE).timestamp())
    findings.removed += blob_store().forget_incoming((moment - GRACE).timestamp())
    return findings


def _verify(blob: Blob, findings: Findings, moment: datetime) -> None:
    try:
        same = blob_store().sum_of(blob.sha256) == blob.sha256
        state = BlobState.WHOLE if same else BlobState.DAMAGED
    except FileNotFoundError:
        state = BlobState.MISSING
    findings.checked += 1
    if state == BlobState.MISSING:
        findings.missing.append(blob.sha256)
    if state == BlobState.DAMAGED:
        findings.damaged.append(blob.sha256)
    if state != BlobState.WHOLE:
        logger.error("the file %s is %s; restore it from a backup", blob.sha256, state.label)
    Blob.objects.filter(pk=blob.pk).update(state=state, verified_at=moment)


def _remove_unused(findings: Findings, before: datetime) -> None:
    for blob in unused(before)[:BATCH]:
        with transaction.atomic():
            if not blobs.may_remove():
                return
            blobs.lock(blob.sha256)
            # Asked again under the lock: somebody may have sent the same file just now.
            if unused(before).filter(pk=blob.pk).exists():
                blob_store().remove(blob.sha256)
                blob.delete()
                findings.removed += 1


def _remove_without_row(findings: Findings, prefixes: list[str], before: float) -> None:
    for prefix in prefixes:
        for sha256 in blob_store().names(prefix, before):
            if Blob.objects.filter(sha256=sha256).exists():
                continue
            with transaction.atomic():
                if not blobs.may_remove():
                    return
                blobs.lock(sha256)
                if not Blob.objects.filter(sha256=sha256).exists():
                    blob_store().remove(sha256)
                    findings.removed += 1
