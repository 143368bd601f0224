"""Entries made anew, and entries that are not right found and mended."""

import logging
from datetime import timedelta

import pytest
from core.jobs import runner
from core.models import AuditEvent, Job
from core.services import jobs as job_services
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from documents.models import Document, Tag, VersionText
from ledger.models import Transaction
from ledger_things import account_of, imported
from search.models import SearchEntry
from search.services import rebuild as services
from search_things import document_of, titles

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def filled(ada):
    """Three documents and three transactions, each with its entry."""
    documents = [document_of(ada, f"Paper {number}", "reservoir") for number in range(3)]
    imported(ada, account_of(ada))
    return documents


def test_nothing_is_mended_where_nothing_is_wrong(filled, caplog):
    with caplog.at_level(logging.INFO):
        assert services.mend() == services.Mended(0, 0, 0)
    assert not caplog.records
    assert not AuditEvent.objects.filter(verb="mended").exists()


def test_what_differs_is_found_mended_and_told(filled, ada, stranger, caplog, monkeypatch):
    monkeypatch.setattr(services, "COMPARED_AT_ONCE", 2)
    first, second, third = filled
    SearchEntry.objects.filter(document=first).delete()
    Document.objects.filter(pk=second.pk).update(title="Another", readers=[2 * stranger.pk])
    third.tags.add(Tag.objects.create(owner=ada, name="Blue"))
    voided, changed, _ = Transaction.objects.order_by("pk")
    Transaction.objects.filter(pk=voided.pk).update(voided_at=timezone.now())
    Transaction.objects.filter(pk=changed.pk).update(payee="Somebody")
    with caplog.at_level(logging.WARNING):
        assert services.mend() == services.Mended(missing=1, different=3, left_over=1)
    assert "1 entries were missing, 3 different, 1 left over" in caplog.text
    event = AuditEvent.objects.get(verb="mended")
    assert event.after == {"missing": 1, "different": 3, "left_over": 1}
    assert titles(stranger, "another") == ["Another"]
    assert titles(ada, "blue") == ["Paper 2"]
    assert titles(ada, "somebody") == ["Somebody"]
    assert services.mend().total == 0


def test_a_text_that_was_read_after_its_entry_is_noticed(filled, ada):
    version = filled[0].version
    VersionText.objects.filter(version=version).update(content="waterfall")
    version.reading.save()
    assert services.mend() == services.Mended(0, 1, 0)
    assert titles(ada, "waterfall") == ["Paper 0"]


def test_another_language_is_a_difference(filled, ada, settings):
    assert titles(ada, "papers") != []
    settings.SEARCH_CONFIG = "ledgerflow_simple"
    assert services.mend().different == 6
    assert titles(ada, "papers reservoir") == []
    assert len(titles(ada, "paper reservoir")) == 3


def test_a_rebuild_goes_on_where_it_was_interrupted(filled, ada, monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    SearchEntry.objects.update(title="wrong", indexed_at=timezone.now() - timedelta(days=1))
    begun = timezone.now() - timedelta(hours=1)

    def interrupt(written: int) -> None:
        if written == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.rebuild(since=begun, progress=interrupt)
    assert SearchEntry.objects.filter(title="wrong").count() == 4
    assert services.rebuild(since=begun) == 4
    assert not SearchEntry.objects.filter(title="wrong").exists()
    assert services.rebuild(since=begun) == 0


def test_a_rebuild_removes_what_should_not_be_there(filled, ada):
    Document.objects.filter(pk=filled[0].pk).update(trashed_at=timezone.now())
    services.rebuild(since=timezone.now())
    assert not SearchEntry.objects.filter(document=filled[0]).exists()


def test_the_command_and_the_job_make_it_anew(filled, ada, capsys):
    SearchEntry.objects.all().delete()
    call_command("search_rebuild")
    assert "6 entries are made anew." in capsys.readouterr().out
    assert len(titles(ada, "reservoir")) == 3
    SearchEntry.objects.all().delete()
    call_command("search_rebuild", later=True)
    runner.run(Job.objects.get(kind=services.REBUILD).pk)
    assert len(titles(ada, "reservoir")) == 3
    call_command("search_rebuild", since=(timezone.now() - timedelta(hours=1)).isoformat())
    assert "0 entries are made anew." in capsys.readouterr().out
    for wrong in ("yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"):
        with pytest.raises(CommandError, match="must be like"):
            call_command("search_rebuild", since=wrong)


def test_the_comparison_makes_what_was_never_made(filled, ada):
    SearchEntry.objects.all().delete()
    runner.run(job_services.enqueue("search.mend", None, key=job_services.PERIODIC).pk)
    assert len(titles(ada, "reservoir")) == 3
    assert SearchEntry.objects.count() == 6


def test_the_index_is_one_and_has_no_pending_list(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'search_entry_words'")
        ((definition,),) = cursor.fetchall()
    assert "USING gin (vector, title_vector, readers) WITH (fastupdate=off)" in definition
