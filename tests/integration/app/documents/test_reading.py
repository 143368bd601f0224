"""Jobs on real files: text, previews, conversions, the sweep."""

import os
import time
from datetime import timedelta
from pathlib import Path

import document_files as files
import pytest
from core.errors import NotFoundError, UnprocessableError
from core.jobs import runner
from core.models import Job, JobState
from django.core.management import call_command
from django.utils import timezone
from documents.extraction import parent
from documents.extraction.request import Answer
from documents.models import Blob, BlobState, Reading, ReadingState, Rendition
from documents.selectors import files as selectors
from documents.services import adding, integrity, reading, trash
from documents.storage.blobs import INCOMING
from documents.store import blob_store

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def kinds_of(version) -> list[str]:
    return [f"{each.kind} {each.number}" for each in version.renditions.all()]


def test_jobs_read_a_pdf_and_make_its_pictures(ada, add):
    document = add(ada, files.pdf("Invoice of Acme", "second page"), "a.pdf")
    for job in Job.objects.filter(target_uid=document.version.uid):
        runner.run(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.DONE, job.error_code
    assert "Invoice of Acme" in selectors.text_of(document.version)
    assert Reading.objects.get(version=document.version).page_count == 2
    assert kinds_of(document.version) == ["page 1", "page 2", "thumbnail 1"]
    again = kinds_of(document.version)
    reading.make_preview(version_uid=document.version.uid)
    assert kinds_of(document.version) == again


def test_a_file_that_cannot_be_read_has_a_named_state(ada, add):
    document = add(ada, b"%PDF-1.7 and then nothing", "a.pdf")
    job = Job.objects.get(target_uid=document.version.uid, kind="documents.extract")
    runner.run(job.pk)
    job.refresh_from_db()
    found = Reading.objects.get(version=document.version)
    assert (job.state, job.error_code) == (JobState.FAILED, "unreadable")
    assert (found.state, found.error_code) == (ReadingState.FAILED, "unreadable")
    assert "broken" in found.error_message


def test_a_conversion_is_kept_once(ada, add):
    document = add(ada, b"# Title\n\n<script>alert(1)</script>\n\nwords", "a.md")
    reading.ask_for(actor=ada, version=document.version, to="html")
    job = Job.objects.get(kind="documents.convert")
    runner.run(job.pk)
    reading.convert(version_uid=document.version.uid, to="html")
    made = Rendition.objects.get(version=document.version)
    with blob_store().open(made.blob.sha256) as file:
        html = file.read().decode()
    assert "<h1>Title</h1>" in html
    assert "<script" not in html


def test_a_child_cannot_name_a_file_elsewhere(ada, add, monkeypatch, tmp_path):
    document = add(ada, b"words")
    secret = tmp_path / "secret"
    secret.write_text("secret")

    def lie(request):
        (Path(request.folder) / "link").symlink_to(secret)
        made = {"name": "link", "kind": "thumbnail", "number": 1}
        return Answer.from_json({**Answer().as_json(), "made": [made]})

    monkeypatch.setattr(parent, "run", lie)
    with pytest.raises(UnprocessableError):
        reading.make_preview(version_uid=document.version.uid)
    assert not Rendition.objects.exists()


def test_a_purged_document_is_passed_over_and_a_lost_file_is_named(ada, add):
    document = add(ada, b"words")
    uid = document.version.uid
    blob_store().remove(document.version.blob.sha256)
    with pytest.raises(NotFoundError) as missing:
        reading.read_text(version_uid=uid)
    assert missing.value.error_code == "blob_missing"
    trash.purge(actor=ada, document=trash.trash(actor=ada, document=document))
    reading.read_text(version_uid=uid)
    reading.make_preview(version_uid=uid)
    reading.convert(version_uid=uid, to="html")


def sweep_every_part() -> integrity.Findings:
    found = integrity.Findings()
    now = timezone.now() + timedelta(days=2)
    for day in range(integrity.PARTS):
        part = integrity.sweep(now=now + timedelta(days=day))
        found.checked += part.checked
        found.missing += part.missing
        found.damaged += part.damaged
        found.removed += part.removed
    return found


def test_the_sweep_names_what_is_lost_and_removes_what_nobody_needs(ada, add, caplog):
    whole, missing, damaged, unused = (add(ada, name) for name in (b"w", b"m", b"d", b"u"))
    lost = {name: each.version.blob.sha256 for name, each in (("m", missing), ("d", damaged))}
    blob_store().remove(lost["m"])
    path = blob_store().path(lost["d"])
    path.chmod(0o600)
    path.write_bytes(b"x")
    gone = unused.version.blob.sha256
    trash.purge(actor=ada, document=trash.trash(actor=ada, document=unused))
    orphan = blob_store().receive([b"orphan"], 100)
    blob_store().publish(orphan)
    half = blob_store().root / INCOMING / "half"
    half.write_bytes(b"half")
    half_made = blob_store().root / INCOMING / "tmp-of-a-killed-worker"
    half_made.mkdir()
    (half_made / "page-1.png").write_bytes(b"half")
    for each in (half, half_made):
        os.utime(each, (time.time() - 90000,) * 2)

    found = sweep_every_part()
    assert (found.missing, found.damaged, found.removed) == ([lost["m"]], [lost["d"]], 4)
    assert lost["m"] in caplog.text
    assert not blob_store().path(gone).exists()
    assert not blob_store().path(orphan.sha256).exists()
    assert not half.exists()
    assert not half_made.exists()
    states = dict(Blob.objects.values_list("sha256", "state"))
    assert states[lost["d"]] == BlobState.DAMAGED
    assert states[whole.version.blob.sha256] == BlobState.WHOLE

    add(ada, b"d", on_duplicate="new")
    assert blob_store().sum_of(lost["d"]) == lost["d"]
    assert Blob.objects.get(sha256=lost["d"]).state == BlobState.WHOLE


def test_a_file_that_was_just_added_is_not_swept(ada, add):
    document = add(ada, b"words")
    trash.purge(actor=ada, document=trash.trash(actor=ada, document=document))
    for day in range(integrity.PARTS):
        moment = timezone.now().replace(hour=0) - timedelta(days=day)
        integrity.sweep(now=moment)
    assert Blob.objects.count() == 1
    assert add(ada, b"words").version.blob.state == BlobState.WHOLE


def test_migrations_say_what_models_say():
    call_command("makemigrations", "documents", check=True, dry_run=True, verbosity=0)


def test_sent_files_are_used_up_when_rights_are_missing(ada, stranger, add):
    document = add(ada, b"words")
    sent = adding.receive([b"other"], "other.txt")
    with pytest.raises(NotFoundError):
        adding.add_version(actor=stranger, document=document, sent=sent)
    assert not sent.received.path.exists()
