"""What people change about a document."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from core.errors import InvalidInputError, PermissionDeniedError
from core.schemas import validate
from core.services import audit
from core.services.jobs import enqueue
from django.contrib.auth.models import Group, User
from django.db import transaction
from profiles.selectors.principals import readable_by

from documents.indexing import reindex
from documents.models import Document, DocumentType, Reading, ReadingState, Tag
from documents.services.adding import EXTRACT, THUMBNAIL
from documents.services.rights import changeable

MOST_TAGS = 30


def rename(*, actor: User, document: Document, title: str) -> Document:
    """Give a document another title. Raises ``InvalidInputError`` for an empty or too long one."""
    cleaned = " ".join(title.split())
    if not 0 < len(cleaned) <= 255:
        wrong = "Give a title of 1 to 255 characters."
        raise InvalidInputError(wrong, fields={"title": wrong})
    with transaction.atomic():
        locked = changeable(actor, document)
        before = audit.snapshot(locked, "title")
        locked.title = cleaned
        return _saved(actor, locked, "renamed", before, "title")


def describe(
    *,
    actor: User,
    document: Document,
    document_type: DocumentType | None,
    metadata: Mapping[str, Any],
) -> Document:
    """Set type and fields together. Raises ``InvalidInputError`` for fields that do not fit.

    The type's retention counts from the day the document was added, and never becomes shorter.
    """
    schema = document_type.schema if document_type else {}
    validate(schema, metadata)
    with transaction.atomic():
        locked = changeable(actor, document)
        before = audit.snapshot(locked, "document_type", "metadata", "retain_until")
        locked.document_type, locked.metadata = document_type, dict(metadata)
        if document_type and document_type.retention_days:
            until = (locked.created_at + timedelta(days=document_type.retention_days)).date()
            locked.retain_until = max(filter(None, (locked.retain_until, until)))
        fields = ("document_type", "metadata", "retain_until")
        return _saved(actor, locked, "described", before, *fields)


def set_tags(*, actor: User, document: Document, names: Iterable[str]) -> Document:
    """Put exactly these words on a document; words that the owner has not used are made."""
    with transaction.atomic():
        locked = changeable(actor, document)
        before = {"tags": sorted(tag.name for tag in locked.tags.all())}
        tags = [_tag(locked.owner, name) for name in _words(names)]
        locked.tags.set(tags)
        after = {"tags": sorted(tag.name for tag in tags)}
        if before != after:
            audit.record(actor=actor, verb="tagged", target=locked, before=before, after=after)
            reindex(locked)
        return locked


def add_tag(*, actor: User, document: Document, name: str) -> Document:
    """Put one more word on a document."""
    with transaction.atomic():
        locked = changeable(actor, document)
        names = [tag.name for tag in locked.tags.all()]
        return set_tags(actor=actor, document=locked, names=[*names, name])


def share(
    *, actor: User, document: Document, groups: Iterable[Group], everyone: bool = False
) -> Document:
    """Let exactly these groups, or everyone who signs in, read a document beside its owner.

    Raises ``PermissionDeniedError`` for groups that ``actor`` is not a member of.
    """
    wanted = list(groups)
    with transaction.atomic():
        locked = changeable(actor, document)
        if not actor.is_superuser:
            own = set(actor.groups.values_list("pk", flat=True))
            if any(group.pk not in own and not _has(locked, group) for group in wanted):
                raise PermissionDeniedError("You can share with groups that you are a member of.")
        before = audit.snapshot(locked, "readers")
        locked.readers = readable_by(users=[locked.owner], groups=wanted, everyone=everyone)
        return _saved(actor, locked, "shared", before, "readers")


def read_again(*, actor: User, document: Document) -> Document:
    """Read the current version's text once more, and make its preview anew."""
    with transaction.atomic():
        locked = changeable(actor, document)
        Reading.objects.filter(version=locked.version).update(
            state=ReadingState.WAITING, error_code="", error_message=""
        )
        for kind in (EXTRACT, THUMBNAIL):
            enqueue(kind, locked.version.uid, owner=actor)
        audit.record(actor=actor, verb="queued", target=locked)
        return locked


def _saved(
    actor: User, locked: Document, verb: str, before: Mapping[str, Any], *fields: str
) -> Document:
    """Save the fields, write down what changed and tell the search; nothing changed is nothing."""
    old, new = audit.changes(before, audit.snapshot(locked, *fields))
    if new:
        locked.save(update_fields=[*fields, "updated_at"])
        audit.record(actor=actor, verb=verb, target=locked, before=old, after=new)
        reindex(locked)
    return locked


def _has(document: Document, group: Group) -> bool:
    return readable_by(users=[], groups=[group])[0] in document.readers


def _words(names: Iterable[str]) -> list[str]:
    words: dict[str, str] = {}
    for name in names:
        word = " ".join(name.split())
        if word:
            words.setdefault(word.lower(), word)
    if len(words) > MOST_TAGS or any(len(word) > 50 for word in words.values()):
        wrong = f"Up to {MOST_TAGS} tags of up to 50 characters."
        raise InvalidInputError(wrong, fields={"tags": wrong})
    return list(words.values())


def _tag(owner: User, name: str) -> Tag:
    found = Tag.objects.filter(owner=owner, name__iexact=name).first()
    return found or Tag.objects.create(owner=owner, name=name)
