"""Entries follow what they describe, in the same transaction."""

from datetime import date
from decimal import Decimal

import pytest
from core.jobs import runner
from core.models import Job
from django.contrib.auth.models import Group
from django.db import transaction
from documents.models import DocumentType, Version
from documents.services import adding, changing, reading, trash
from documents.services.types import save_type
from ledger.models import Transaction
from ledger.services import transactions as ledger
from ledger.services.accounts import save_account
from ledger.services.rules import apply_rules, delete_category, save_category
from ledger_things import account_of, category_of, imported, rule_of
from search.models import SearchEntry
from search.services import entries
from search_things import document_of, read, searched, titles

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def only_entry() -> SearchEntry:
    return SearchEntry.objects.get()


def run_jobs(kind: str) -> int:
    """Do the waiting jobs of a kind; return how many."""
    waiting = list(Job.objects.filter(kind=kind, state="queued"))
    for job in waiting:
        runner.run(job.pk)
        job.refresh_from_db()
        assert job.state == "done", job.error_message
    return len(waiting)


def test_a_title_is_found_at_once_and_the_text_once_it_is_read(ada):
    sent = adding.receive([b"The reservoir overflowed"], "note.txt")
    document = adding.add_document(actor=ada, sent=sent, title="Water bill")
    assert titles(ada, "water") == ["Water bill"]
    assert titles(ada, "reservoir") == []
    reading.read_text(version_uid=document.version.uid)
    assert titles(ada, "reservoirs") == ["Water bill"]
    assert titles(ada, "note.txt") == ["Water bill"]


def test_a_new_version_replaces_the_text(ada):
    document = document_of(ada, "Contract", "about a bicycle")
    assert titles(ada, "bicycle") == ["Contract"]
    sent = adding.receive([b"about a tricycle"], "new.txt")
    adding.add_version(actor=ada, document=document, sent=sent)
    assert titles(ada, "bicycle") == []
    assert titles(ada, "contract") == ["Contract"]
    reading.read_text(version_uid=Version.objects.get(number=2).uid)
    assert titles(ada, "tricycle") == ["Contract"]
    older = Version.objects.get(number=1)
    reading.read_text(version_uid=older.uid)
    assert titles(ada, "bicycle") == []


def test_labels_are_found_and_follow_changes(ada, administrator):
    schema = {
        "type": "object",
        "properties": {
            "date": {"type": "string"},
            "amount": {"type": "string"},
            "currency": {"type": "string"},
            "payee": {"type": "string"},
            "paid": {"type": "boolean"},
            "pages": {"type": "integer"},
        },
    }
    bill = save_type(actor=administrator, document_type=DocumentType(name="Bill", schema=schema))
    document = document_of(ada, "One")
    fields = {
        "date": "2024-02-29", "amount": "119.50", "currency": "EUR", "payee": "Waterworks",
        "paid": True, "pages": 73,
    }  # fmt: skip
    changing.describe(actor=ada, document=document, document_type=bill, metadata=fields)
    changing.set_tags(actor=ada, document=document, names=["House", "Ärger"])
    changing.rename(actor=ada, document=document, title="Two")
    for words in ("waterworks", "house", "arger", "bill", "73", "119.50"):
        assert titles(ada, words) == ["Two"], words
    entry = only_entry()
    assert (entry.date, entry.amount, entry.currency) == (
        date(2024, 2, 29), Decimal("119.5000"), "EUR",
    )  # fmt: skip
    assert entry.tags == ["house", "ärger"]
    assert entry.document_type == bill
    changing.set_tags(actor=ada, document=document, names=[])
    assert titles(ada, "house") == []


@pytest.mark.parametrize("said", ["tomorrow", "2024-02-30", "2024-1-1", "infinity", ""])
def test_a_date_that_is_none_is_not_taken(ada, administrator, said):
    schema = {"type": "object", "properties": {"date": {"type": "string"}}}
    kind = save_type(actor=administrator, document_type=DocumentType(name="X", schema=schema))
    document = document_of(ada, "One")
    changing.describe(actor=ada, document=document, document_type=kind, metadata={"date": said})
    assert only_entry().date == document.created_at.date()


def test_a_type_s_new_name_is_found_after_its_job(ada, administrator):
    kind = save_type(actor=administrator, document_type=DocumentType(name="Invoice of old"))
    document = document_of(ada, "One")
    changing.describe(actor=ada, document=document, document_type=kind, metadata={})
    kind.name = "Faktura"
    save_type(actor=administrator, document_type=kind)
    assert run_jobs(entries.REFRESH) == 1
    assert titles(ada, "faktura") == ["One"]
    kind.trash_days = 7
    save_type(actor=administrator, document_type=kind)
    assert run_jobs(entries.REFRESH) == 0


def test_what_is_in_the_trash_is_not_found_until_it_is_restored(ada, administrator):
    document = document_of(ada, "Water bill", "reservoir")
    trash.trash(actor=ada, document=document)
    for user in (ada, administrator):
        assert titles(user, "water") == []
        assert titles(user) == []
    trash.restore(actor=ada, document=document)
    assert titles(ada, "reservoir") == ["Water bill"]
    trash.trash(actor=ada, document=document)
    trash.restore(actor=ada, document=document)
    trash.trash(actor=ada, document=document)
    trash.purge(actor=ada, document=document)
    assert SearchEntry.objects.count() == 0


def test_a_purge_takes_an_entry_along_that_should_not_be_there(ada):
    document = document_of(ada, "Water bill")
    type(document).objects.update(trashed_at=document.created_at)
    assert SearchEntry.objects.count() == 1
    trash.purge(actor=ada, document=document)
    assert SearchEntry.objects.count() == 0


def test_what_a_search_raises_undoes_the_change(ada, monkeypatch):
    document = document_of(ada, "Before")

    def fails(*_):
        raise RuntimeError("no entry")

    monkeypatch.setattr(entries, "_upsert", fails)
    with pytest.raises(RuntimeError):
        changing.rename(actor=ada, document=document, title="After")
    document.refresh_from_db()
    assert document.title == "Before"


def test_sharing_and_unsharing_hold_at_once(ada, stranger):
    document = document_of(ada, "Water bill", "reservoir")
    group = Group.objects.create(name="Household")
    ada.groups.add(group)
    assert titles(stranger, "reservoir") == []
    changing.share(actor=ada, document=document, groups=[group])
    assert titles(stranger, "reservoir") == []
    stranger.groups.add(group)
    assert titles(stranger, "reservoir") == ["Water bill"]
    stranger.groups.remove(group)
    assert titles(stranger, "reservoir") == []
    changing.share(actor=ada, document=document, groups=[], everyone=True)
    assert titles(stranger, "reservoir") == ["Water bill"]
    changing.share(actor=ada, document=document, groups=[])
    assert titles(stranger, "reservoir") == []
    assert titles(ada, "reservoir") == ["Water bill"]


def test_the_largest_text_is_partly_indexed_and_said_so(ada):
    prose = document_of(ada, "Prose", "early " + "lorem ipsum " * 40_000 + "late")
    assert SearchEntry.objects.get(document=prose).is_partial
    # A text of nothing but different words needs more room than a tsvector has.
    words = " ".join(f"q{number:x}-z{number:x}" for number in range(40_000))
    dense = document_of(ada, "Dense", words)
    entry = SearchEntry.objects.get(document=dense)
    assert len(entry.body) < 400_000
    cut = document_of(ada, "Cut", "short")
    read(cut, "short", is_cut=True)
    assert searched(ada, "short")[1][0].entry.is_partial
    assert titles(ada, "early") == ["Prose"]
    assert titles(ada, "q1") == ["Dense"]
    assert not searched(ada, "prose")[0].alike
    assert entry.is_partial


def test_transactions_are_found_as_soon_as_they_are_imported(ada):
    account = account_of(ada, "Current", bank="Sparkasse", number="DE02")
    imported(ada, account)
    found, rows = searched(ada, "coffee")
    assert found.matched == 2
    assert rows[0].entry.account == account.name
    for words in ("sparkasse", "12.50", "eur", "card 1234", "DE02"):
        assert "Coffee & Co" in titles(ada, words), words
    assert titles(ada, "employer january") == ["Employer"]


def test_corrections_voids_and_categories_are_followed(ada):
    account = account_of(ada)
    imported(ada, account)
    row = Transaction.objects.get(payee="Employer")
    ledger.correct(
        actor=ada, row=row, booked_on=date(2024, 1, 17), amount=row.amount, payee="Employer Ltd",
        description="salary", note="thirteenth month",
    )  # fmt: skip
    assert titles(ada, "thirteenth salary") == ["Employer Ltd"]
    assert SearchEntry.objects.get(transaction=row).date == date(2024, 1, 17)
    ledger.void(actor=ada, row=row)
    assert titles(ada, "salary") == []
    ledger.restore(actor=ada, row=row)
    assert titles(ada, "salary") == ["Employer Ltd"]
    income = category_of(ada, "Income")
    ledger.categorise(actor=ada, uids=[row.uid], category=income)
    assert titles(ada, "income") == ["Employer Ltd"]
    save_category(actor=ada, category=income, name="Wages")
    assert run_jobs(entries.REFRESH) == 1
    assert (titles(ada, "income"), titles(ada, "wages")) == ([], ["Employer Ltd"])
    delete_category(actor=ada, category=income)
    assert run_jobs(entries.REFRESH) == 1
    assert titles(ada, "wages") == []


def test_rules_give_categories_that_are_found(ada):
    imported(ada, account_of(ada))
    rule_of(ada, category=category_of(ada, "Breakfast"), payee_contains="coffee")
    assert apply_rules(actor=ada) == 2
    assert titles(ada, "breakfast") == ["Coffee & Co", "Coffee & Co"]


def test_who_reads_an_account_finds_its_transactions_at_once(ada, stranger, administrator):
    group = Group.objects.create(name="Household")
    ada.groups.add(group)
    stranger.groups.add(group)
    account = account_of(ada)
    imported(ada, account)
    assert titles(stranger, "employer") == []
    assert titles(administrator, "employer") == ["Employer"]
    named = {"name": account.name, "currency": "EUR"}
    save_account(actor=ada, account=account, groups=[group], **named)
    assert titles(stranger, "employer") == ["Employer"]
    save_account(actor=ada, account=account, groups=[], **named)
    assert titles(stranger, "employer") == []
    assert not Job.objects.filter(kind=entries.REFRESH).exists()


def test_an_account_s_new_name_is_found_after_its_job(ada):
    account = account_of(ada)
    imported(ada, account)
    save_account(actor=ada, account=account, name="Household purse", currency="EUR")
    assert run_jobs(entries.REFRESH) == 1
    assert titles(ada, "household purse employer") == ["Employer"]


def test_a_batch_with_one_text_that_does_not_fit_is_written_whole(ada, monkeypatch):
    monkeypatch.setattr(entries, "AT_ONCE", 2)
    documents = [document_of(ada, f"Number {number}") for number in range(3)]
    dense = " ".join(f"q{number:x}-z{number:x}" for number in range(40_000))
    read(documents[1], dense)
    SearchEntry.objects.all().delete()
    with transaction.atomic():
        entries.write_documents(documents)
    assert sorted(titles(ada, "number")) == ["Number 0", "Number 1", "Number 2"]


def test_what_names_nothing_is_not_refreshed():
    with pytest.raises(ValueError, match="are not found by"):
        entries.refresh(column="title", pk=1)
