"""Files that were imported or wait for it."""

import uuid
from typing import Final

from core.errors import NotFoundError
from django.contrib.auth.models import User
from django.db.models import QuerySet

from ledger.models import CsvLayout, Import, ImportState
from ledger.parsing.encoding import decode
from ledger.parsing.kinds import CSV
from ledger.parsing.layout import Layout

_LONGEST: Final = 1000


def visible_to(user: User) -> QuerySet[Import]:
    """Return the imports of ``user``; files are nobody else's, whoever may read the account."""
    return Import.objects.filter(owner_id=user.pk).defer("content").select_related("account")


def visible_import(user: User, uid: uuid.UUID) -> Import:
    """Return one of them. Raises ``NotFoundError``."""
    found = visible_to(user).filter(uid=uid).first()
    if found is None:
        raise NotFoundError("There is no such import, or it is not yours.")
    return found


def earlier_of_same_file(origin: Import) -> Import | None:
    """Return the import that brought the same bytes before."""
    same = Import.objects.filter(
        owner_id=origin.owner_id,
        sha256=origin.sha256,
        account=origin.account,
        state=ImportState.DONE,
    )
    return same.exclude(pk=origin.pk).defer("content").order_by("-id").first()


def remembered_layout(user_id: int, fingerprint: str) -> Layout | None:
    """Return the layout that a person has confirmed for such files."""
    known = CsvLayout.objects.filter(owner_id=user_id, fingerprint=fingerprint).first()
    return Layout.from_json(known.layout) if known else None


def line_of(origin: Import, line: int) -> str:
    """Return a line of a CSV file as it was sent; empty for files of other kinds."""
    if origin.kind != CSV or not origin.layout:
        return ""
    text, _ = decode(bytes(origin.content), origin.layout["encoding"])
    lines = text.splitlines()
    return lines[line - 1][:_LONGEST] if 0 < line <= len(lines) else ""


def import_of_job(uid: uuid.UUID | None) -> Import:
    """Return what a job imports. Raises ``NotFoundError``."""
    found = Import.objects.filter(uid=uid).defer("content").first() if uid else None
    if found is None:
        raise NotFoundError("The file of this import is gone.")
    return found
