"""Files in: blobs, duplicates, versions, refusals."""

import threading
from pathlib import Path

import document_files as files
import pytest
from core.errors import ConflictError, InvalidInputError, TooLargeError, UnsupportedTypeError
from core.listeners import Listeners
from core.models import AuditEvent, Job
from django.db import IntegrityError, connection, transaction
from documents import hooks
from documents.models import Blob, Document, ReadingState, Version
from documents.services import adding, changing, trash
from documents.storage.blobs import INCOMING
from documents.store import blob_store

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def left_behind(settings) -> list[Path]:
    return [path for path in (Path(settings.MEDIA_ROOT) / INCOMING).rglob("*") if path.is_file()]


def test_a_document_is_there_with_its_file_job_and_event(ada, add, settings):
    document = add(ada, files.pdf("Invoice 4711"), "Invoice 4711.pdf")
    version = document.version
    assert (document.title, version.number, version.kind) == ("Invoice 4711", 1, "pdf")
    assert blob_store().sum_of(version.blob.sha256) == version.blob.sha256
    assert document.readers == [2 * ada.pk]
    kinds = Job.objects.filter(target_uid=version.uid).values_list("kind", flat=True)
    assert sorted(kinds) == ["documents.extract", "documents.thumbnail"]
    assert AuditEvent.objects.get(object_uid=document.uid).verb == "added"
    assert version.reading.state == ReadingState.WAITING
    assert left_behind(settings) == []


def test_a_twin_is_named_to_those_who_may_see_it(ada, stranger, add):
    first = add(ada, b"the same words", "first.txt")
    with pytest.raises(ConflictError, match="first") as refused:
        add(ada, b"the same words", "second.txt")
    assert refused.value.error_code == "duplicate"
    assert refused.value.details == {"twin": str(first.uid), "trashed": False}
    trash.trash(actor=ada, document=first)
    with pytest.raises(ConflictError, match="in the trash") as refused:
        add(ada, b"the same words")
    assert refused.value.details["trashed"] is True
    assert add(stranger, b"the same words").owner == stranger
    assert add(ada, b"the same words", on_duplicate="new").pk != first.pk
    assert Blob.objects.count() == 1


def test_what_is_refused_leaves_nothing(ada, add, settings):
    for content, name, error in (
        (b"MZ\x90\x00", "a.pdf", UnsupportedTypeError),
        (b"", "a.txt", InvalidInputError),
    ):
        with pytest.raises(error):
            add(ada, content, name)
    settings.UPLOAD_LIMIT = 10
    with pytest.raises(TooLargeError):
        add(ada, b"more than ten bytes")
    assert left_behind(settings) == []
    assert (Document.objects.count(), Blob.objects.count()) == (0, 0)


def test_a_listener_that_fails_undoes_the_document(ada, add, settings, monkeypatch):
    def fail(documents):
        raise RuntimeError("the search is broken")

    monkeypatch.setattr(hooks, "listeners", Listeners())
    hooks.listeners.register("test", fail)
    with pytest.raises(RuntimeError):
        add(ada, b"words")
    assert Document.objects.count() == 0
    assert left_behind(settings) == []


def test_versions_are_added_and_never_changed(ada, add):
    document = add(ada, b"one")
    changed = adding.receive([b"two"], "two.txt")
    second = adding.add_version(actor=ada, document=document, sent=changed, comment="more")
    document.refresh_from_db()
    assert (document.current_version, second.number) == (second, 2)
    with pytest.raises(ConflictError) as refused:
        adding.add_version(actor=ada, document=document, sent=adding.receive([b"two"], "two.txt"))
    assert refused.value.error_code == "same_content"
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Version.objects.filter(pk=second.pk).update(filename="other.txt")


def test_listeners_are_told_in_the_transaction(ada, add, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "listeners", Listeners())
    hooks.listeners.register(
        "test", lambda documents: told.append((documents, connection.in_atomic_block))
    )
    document = add(ada, b"words")
    changing.rename(actor=ada, document=document, title="New")
    changing.rename(actor=ada, document=document, title="New")
    changing.set_tags(actor=ada, document=document, names=["a", "A", " b "])
    trash.trash(actor=ada, document=document)
    assert len(told) == 4
    assert all(documents == (document,) and inside for documents, inside in told)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_the_same_file_make_one_document(ada, settings):
    outcomes = []

    def send():
        try:
            sent = adding.receive([b"the same"], "same.txt")
            outcomes.append(adding.add_document(actor=ada, sent=sent))
        except ConflictError as error:
            outcomes.append(error.error_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("duplicate") == 3
    assert Document.objects.count() == 1
