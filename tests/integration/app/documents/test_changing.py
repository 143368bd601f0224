"""Titles, tags, fields, sharing, trash and bulk actions: who may, and what is kept."""

import uuid
from datetime import timedelta

import pytest
from core.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from core.models import AuditEvent
from django.contrib.auth.models import Group
from django.utils import timezone
from documents.models import Document, DocumentType, Tag
from documents.selectors.documents import visible_to
from documents.services import bulk, changing, trash
from documents.services.types import save_type

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
SCHEMA = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "maxLength": 10},
        "paid": {"type": "boolean"},
        "due": {"type": "string", "format": "date"},
    },
    "required": ["number"],
}


@pytest.fixture
def document(ada, add) -> Document:
    return add(ada, b"words of ada", "note.txt")


@pytest.fixture
def invoice(administrator) -> DocumentType:
    kind = DocumentType(name="Bill", schema=SCHEMA, retention_days=365, trash_days=1)
    return save_type(actor=administrator, document_type=kind)


def test_sharing_with_a_group_lets_its_members_read_and_no_more(ada, stranger, document):
    family = Group.objects.create(name="family")
    with pytest.raises(PermissionDeniedError):
        changing.share(actor=ada, document=document, groups=[family])
    ada.groups.add(family)
    del ada._ledgerflow_principals
    changing.share(actor=ada, document=document, groups=[family])
    assert not visible_to(stranger).exists()
    with pytest.raises(NotFoundError):
        changing.rename(actor=stranger, document=document, title="Mine")
    stranger.groups.add(family)
    del stranger._ledgerflow_principals
    assert visible_to(stranger).get() == document
    for refused in (
        lambda: changing.rename(actor=stranger, document=document, title="Mine"),
        lambda: trash.trash(actor=stranger, document=document),
        lambda: changing.share(actor=stranger, document=document, groups=[], everyone=True),
    ):
        with pytest.raises(PermissionDeniedError):
            refused()
    changing.set_tags(actor=ada, document=document, names=["Tax"])
    assert visible_to(stranger).get().tags.get().name == "Tax"
    trash.trash(actor=ada, document=document)
    assert not visible_to(stranger).exists()
    with pytest.raises(NotFoundError):
        trash.restore(actor=stranger, document=document)


def test_everyone_reads_what_is_shared_with_everyone(ada, stranger, document):
    changing.share(actor=ada, document=document, groups=[], everyone=True)
    assert visible_to(stranger).get() == document


def test_fields_must_fit_the_type(ada, document, invoice):
    for wrong in ({}, {"number": "1", "other": 1}, {"number": "1", "due": "soon"}, {"number": 1}):
        with pytest.raises(InvalidInputError) as refused:
            changing.describe(actor=ada, document=document, document_type=invoice, metadata=wrong)
        assert refused.value.fields
    fields = {"number": "R-1", "paid": True, "due": "2026-12-31"}
    changing.describe(actor=ada, document=document, document_type=invoice, metadata=fields)
    document.refresh_from_db()
    assert document.metadata == fields
    assert document.retain_until == (document.created_at + timedelta(days=365)).date()
    event = AuditEvent.objects.filter(object_uid=document.uid).first()
    assert (event.verb, event.after["metadata"]) == ("described", fields)


def test_tags_are_the_owners_and_found_in_any_case(ada, document):
    changing.set_tags(actor=ada, document=document, names=["Tax", "tax", "", " Car  2 "])
    changing.add_tag(actor=ada, document=document, name="TAX")
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["Car 2", "Tax"]
    with pytest.raises(InvalidInputError):
        changing.set_tags(actor=ada, document=document, names=["x" * 51])


def test_the_trash_gives_back_and_purges_by_its_rules(ada, document, invoice):
    with pytest.raises(ConflictError, match="not in the trash"):
        trash.restore(actor=ada, document=document)
    with pytest.raises(ConflictError, match="Only what is in the trash"):
        trash.purge(actor=ada, document=document)
    changing.describe(actor=ada, document=document, document_type=invoice, metadata={"number": "1"})
    trash.trash(actor=ada, document=document)
    with pytest.raises(ConflictError, match="Restore it first"):
        changing.rename(actor=ada, document=document, title="New")
    with pytest.raises(ConflictError) as refused:
        trash.purge(actor=ada, document=document)
    assert refused.value.error_code == "retained"
    trash.restore(actor=ada, document=document)
    assert visible_to(ada).get() == document


def test_what_is_long_in_the_trash_is_purged(ada, add, document, invoice):
    kept = add(ada, b"to keep")
    changing.describe(actor=ada, document=kept, document_type=invoice, metadata={"number": "1"})
    fresh = add(ada, b"fresh")
    for each in (document, kept, fresh):
        trash.trash(actor=ada, document=each)
    long_ago = timezone.now() - timedelta(days=31)
    Document.objects.exclude(pk=fresh.pk).update(trashed_at=long_ago)
    assert trash.purge_expired() == 1
    assert set(Document.objects.all()) == {kept, fresh}
    event = AuditEvent.objects.filter(object_uid=document.uid).first()
    assert (event.verb, event.actor_label) == ("purged", "LedgerFlow")


def test_bulk_actions_ask_for_each_document(ada, stranger, add, document):
    theirs = add(stranger, b"words of another")
    absent = uuid.uuid4()
    outcome = bulk.run(actor=ada, action="trash", uids=[document.uid, theirs.uid, absent])
    assert outcome.done == [document.uid]
    assert {error.error_code for error in outcome.refused.values()} == {"not_found"}
    theirs.refresh_from_db()
    assert theirs.trashed_at is None
    again = bulk.run(actor=ada, action="trash", uids=[document.uid])
    assert again.refused[document.uid].error_code == "in_trash"
    assert bulk.run(actor=ada, action="restore", uids=[document.uid]).done
    tagged = bulk.run(actor=ada, action="tag", uids=[document.uid], word=" ")
    assert tagged.refused[document.uid].error_code == "invalid_input"
    with pytest.raises(InvalidInputError):
        bulk.run(actor=ada, action="rename", uids=[document.uid])
    with pytest.raises(InvalidInputError):
        bulk.run(actor=ada, action="trash", uids=[uuid.uuid4() for _ in range(501)])


def test_a_schema_outside_the_subset_is_refused(administrator):
    for schema in (
        [],
        {"type": "array"},
        {"type": "object", "$ref": "x"},
        {"type": "object", "properties": {"a": {"type": "object"}}},
        {"type": "object", "properties": {"A b": {"type": "string"}}},
        {"type": "object", "properties": {"a": {"type": "string", "$ref": "#"}}},
        {"type": "object", "properties": {"a": {"type": "string", "minLength": "x"}}},
        {"type": "object", "properties": []},
    ):
        with pytest.raises(InvalidInputError):
            save_type(actor=administrator, document_type=DocumentType(name="x", schema=schema))
