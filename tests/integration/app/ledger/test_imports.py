"""Files come into the ledger whole, once, and only after they were shown."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from core.errors import (
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    TooLargeError,
    UnprocessableError,
    UnsupportedTypeError,
)
from core.models import AuditEvent, Job
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger import jobs
from ledger.models import Account, CsvLayout, Import, ImportState, Statement, Transaction
from ledger.selectors.plans import plan_of
from ledger.selectors.transactions import from_document, source_text
from ledger.services import imports as services
from ledger.services.imports import choose_layout, run_import, start_import
from ledger.services.statements import reconcile
from ledger_things import CSV, account_of, imported, sent

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

HEAD = "Date,Description,Amount\n"
OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:102

<OFX><BANKMSGSRSV1>{}</BANKMSGSRSV1></OFX>"""
STATEMENT = """<STMTTRNRS><STMTRS><CURDEF>{currency}<BANKACCTFROM><ACCTID>{number}</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20240101<DTEND>20240131<STMTTRN><DTPOSTED>20240117<TRNAMT>-12.50<FITID>1
<NAME>COFFEE AND CO</STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>50<DTASOF>20240131</LEDGERBAL></STMTRS></STMTTRNRS>"""


def amounts(account: Account) -> list[Decimal]:
    return [t.amount for t in Transaction.objects.filter(account=account).order_by("id")]


def test_a_file_is_shown_first_and_then_imported(ada):
    account = account_of(ada)
    origin = sent(ada, account, filename="C:\\Users\\ada\\January.csv")
    assert origin.filename == "January.csv"
    assert not Transaction.objects.exists()
    (part,) = plan_of(origin).parts
    assert (len(part.new), part.known, part.statement.difference) == (3, 0, 0)
    done = start_import(actor=ada, origin=origin, without_problems=False)
    assert (done.state, done.added, done.known) == (ImportState.DONE, 3, 0)
    assert amounts(account) == [Decimal("-12.5"), Decimal("-12.5"), Decimal(1000)]
    statement = Statement.objects.get()
    assert (statement.opening, statement.closing) == (100, 1075)
    first = Transaction.objects.order_by("id")[0]
    assert source_text(first) == "2024-01-15,Card 1234,Coffee & Co,-12.50,87.50"
    event = AuditEvent.objects.get(verb="imported")
    assert event.object_uid == origin.uid
    assert event.after == {"added": 3, "known": 0, "skipped": 0}


def test_the_same_file_and_one_that_overlaps_bring_nothing_twice(ada):
    account = account_of(ada)
    imported(ada, account)
    again = imported(ada, account)
    assert (again.added, again.known) == (0, 3)
    more = imported(ada, account, CSV + "2024-01-17,Card 1234,Coffee & Co,-12.50,1062.50\n")
    assert (more.added, more.known) == (1, 3)
    third = CSV.replace("75.00\n", "75.00\n2024-01-15,Card 1234,Coffee & Co,-12.50,62.50\n", 1)
    assert (imported(ada, account, third).added, len(amounts(account))) == (1, 5)
    assert run_import(actor=ada, origin=more).added == 1


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(-200, 200), st.sampled_from("ab")), max_size=25
    ),
    st.integers(1, 9),
    st.data(),
)
def test_files_of_whole_days_add_up_exactly(ada, rows, cut, data):
    account = account_of(ada, f"Account {uuid.uuid4()}")
    begin = data.draw(st.integers(1, cut + 1))
    lines = [(day, f"2024-01-0{day},{text},{cents / 100:.2f}\n") for day, cents, text in rows]
    parts = (
        "".join(line for day, line in lines if day <= cut),
        "".join(line for day, line in lines if day >= begin),
        "".join(line for _, line in lines),
    )
    for part in parts:
        if part:
            imported(ada, account, HEAD + part)
    held = Transaction.objects.filter(account=account)
    assert held.count() == len(rows)
    expected = sum((Decimal(cents) / 100 for _, cents, _ in rows), Decimal(0))
    assert (held.aggregate(s=Sum("amount"))["s"] or 0) == expected


def test_unreadable_lines_are_left_out_only_when_a_person_says_so(ada):
    account = account_of(ada)
    origin = sent(
        ada, account, HEAD + "2024-01-15,A,-1.00\n2024-02-30,B,-2.00\n2024-01-16,C,1.005\n"
    )
    problems = plan_of(origin).problems
    assert [line.line for line in problems] == [3, 4]
    with pytest.raises(ConflictError, match="2 lines cannot be read"):
        start_import(actor=ada, origin=origin, without_problems=False)
    assert not Transaction.objects.exists()
    done = start_import(actor=ada, origin=origin, without_problems=True)
    assert (done.added, done.skipped) == (1, 2)


def test_an_open_question_is_asked_and_the_answer_remembered(ada, stranger):
    account = account_of(ada)
    content = HEAD + "01/02/2024,A,-1.00\n"
    origin = sent(ada, account, content)
    with pytest.raises(ConflictError, match="Say how dates"):
        start_import(actor=ada, origin=origin, without_problems=False)
    choose_layout(actor=ada, origin=origin, changes={"date_format": "%d/%m/%Y"})
    start_import(actor=ada, origin=origin, without_problems=False)
    assert str(Transaction.objects.get().booked_on) == "2024-02-01"
    second = plan_of(sent(ada, account, HEAD + "05/02/2024,B,-1.00\n"))
    assert second.remembered
    assert str(second.parts[0].new[0][0].booked_on) == "2024-02-05"
    assert plan_of(sent(stranger, account_of(stranger), content)).complaints
    assert CsvLayout.objects.count() == 1
    with pytest.raises(ConflictError, match="imported already"):
        choose_layout(actor=ada, origin=origin, changes={"date_format": "%m/%d/%Y"})


def test_an_encoding_that_only_a_person_can_tell_is_remembered(ada):
    account = account_of(ada)
    content = "Data;Opis;Kwota\n2024-01-15;Żółć;-1,00\n".encode("cp1250")
    origin = sent(ada, account, content)
    assert plan_of(origin).parts[0].statement.transactions[0].description != "Żółć"
    choose_layout(actor=ada, origin=origin, changes={"encoding": "cp1250"})
    start_import(actor=ada, origin=origin, without_problems=False)
    again = plan_of(sent(ada, account, content.replace(b"15", b"16")))
    assert (again.remembered, again.parts[0].new[0][0].description) == (True, "Żółć")


def test_columns_can_be_corrected(ada):
    account = account_of(ada)
    origin = sent(ada, account, "Date,Description,Amount,Really\n2024-01-15,A,5.00,6.00\n")
    columns = {"booked_on": (0,), "payee": (1,), "amount": (3,)}
    choose_layout(actor=ada, origin=origin, changes={"columns": columns, "negate": True})
    start_import(actor=ada, origin=origin, without_problems=False)
    row = Transaction.objects.get()
    assert (row.amount, row.payee, row.description) == (-6, "A", "")


def test_transactions_are_found_by_the_document_they_came_from(ada, stranger):
    version = uuid.uuid4()
    origin = sent(ada, account_of(ada), document_uid=version)
    start_import(actor=ada, origin=origin, without_problems=False)
    assert [t.source_line for t in from_document(ada, version)] == [2, 3, 4]
    assert not from_document(stranger, version).exists()


def test_files_that_name_several_accounts_go_to_each(ada):
    first = account_of(ada, "One", number="11 1", currency="USD")
    content = OFX.format(
        STATEMENT.format(currency="USD", number="111")
        + STATEMENT.format(currency="EUR", number="222")
    )
    origin = sent(ada, None, content)
    with pytest.raises(ConflictError, match="no account with 222"):
        start_import(actor=ada, origin=origin, without_problems=False)
    second = account_of(ada, "Two", number="222")
    done = start_import(actor=ada, origin=origin, without_problems=False)
    assert done.added == 2
    assert (amounts(first), amounts(second)) == ([Decimal("-12.5")], [Decimal("-12.5")])


def test_what_another_kind_of_file_brought_is_shown_and_kept(ada):
    account = account_of(ada)
    imported(ada, account)
    plan = plan_of(sent(ada, account, OFX.format(STATEMENT.format(currency="EUR", number="9"))))
    ((line, known),) = plan.parts[0].alike
    assert (line.payee, known.payee) == ("COFFEE AND CO", "Coffee & Co")


@pytest.mark.parametrize(
    ("currency", "number", "words"),
    [
        ("USD", "9", "The file is in USD"),
        ("EUR", "DE89370400440532013001", "The file is of account"),
    ],
)
def test_a_file_of_another_account_is_not_taken(ada, currency, number, words):
    account = account_of(ada, number="DE89 3704 0044 0532 0130 00")
    origin = sent(ada, account, OFX.format(STATEMENT.format(currency=currency, number=number)))
    with pytest.raises(ConflictError, match=words):
        start_import(actor=ada, origin=origin, without_problems=False)


def test_mixed_currencies_keep_theirs(ada):
    account = account_of(ada)
    imported(
        ada, account, "Date,Text,Amount,Currency\n2024-01-15,A,-1.00,EUR\n2024-01-15,B,-2,JPY\n"
    )
    kept = Transaction.objects.order_by("id").values_list("amount", "currency")
    assert list(kept) == [(-1, "EUR"), (-2, "JPY")]


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", UnsupportedTypeError, "empty"),
        (b"%PDF-1.7", UnsupportedTypeError, "PDF"),
        (b"PK\x03\x04", UnsupportedTypeError, "ZIP"),
        (b"MZ\x90", UnsupportedTypeError, "program"),
        (b"<html></html>", UnsupportedTypeError, "neither OFX"),
        (b"Hello, dear customer\nno table\n", UnprocessableError, "No column with dates"),
        (b"Date,Amount\n" + b'2024-01-01,"1\n' + b"x\n" * 50, UnprocessableError, "never closed"),
        (b"Date" + b",x" * 400 + b",Amount\n", TooLargeError, "larger than"),
        (b"Date,Amount\n\x00\x01", UnprocessableError, "not text"),
    ],
)
def test_what_is_no_statement_is_refused_in_words(ada, content, kind, words):
    with pytest.raises(kind, match=words):
        sent(ada, account_of(ada), content)
    assert not Import.objects.exists()


def test_limits_and_owners(ada, stranger, monkeypatch):
    account = account_of(ada)
    with pytest.raises(PermissionDeniedError):
        sent(stranger, account)
    with pytest.raises(UnprocessableError, match="names no account"):
        sent(ada, None)
    monkeypatch.setattr(services, "LARGEST", 10)
    with pytest.raises(TooLargeError):
        sent(ada, account)


def test_a_large_file_is_imported_by_a_worker(ada, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 2)
    account = account_of(ada)
    origin = imported(ada, account)
    assert origin.state == ImportState.RUNNING
    job = Job.objects.get(kind="ledger.import")
    assert (job.target_uid, job.owner) == (origin.uid, ada)
    jobs.run_import(job)
    jobs.run_import(job)
    origin.refresh_from_db()
    assert (origin.state, origin.added, len(amounts(account))) == (ImportState.DONE, 3, 3)
    job.target_uid = uuid.uuid4()
    with pytest.raises(NotFoundError):
        jobs.run_import(job)


def test_a_worker_that_cannot_import_says_so_and_a_person_goes_on(ada, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 2)
    account = account_of(ada)
    origin = imported(ada, account)
    account.currency = "USD"
    Account.objects.filter(pk=account.pk).update(currency="JPY")
    with pytest.raises(ConflictError):
        jobs.run_import(Job.objects.get(kind="ledger.import"))
    origin.refresh_from_db()
    assert (origin.state, Transaction.objects.count()) == (ImportState.FAILED, 0)
    assert "cannot be read" in origin.error_message
    Account.objects.filter(pk=account.pk).update(currency="EUR")
    jobs.run_import(Job.objects.get(kind="ledger.import"))
    assert Transaction.objects.count() == 3


def test_transactions_that_come_later_reopen_the_period(ada):
    account = account_of(ada)
    imported(ada, account)
    statement = reconcile(actor=ada, statement=Statement.objects.get())
    imported(ada, account, HEAD + "2024-01-16,Forgotten,-1.00\n")
    statement.refresh_from_db()
    assert statement.reconciled_at is None
    assert AuditEvent.objects.filter(verb="reopened").exists()


def test_a_second_file_fills_in_the_balance_that_was_missing(ada):
    account = account_of(ada)
    imported(ada, account)
    Statement.objects.update(opening=None, closing=None)
    imported(ada, account)
    statement = Statement.objects.get()
    assert (statement.opening, statement.closing) == (100, 1075)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_the_same_time_bring_nothing_twice(transactional_db, ada):
    account = account_of(ada)
    origins = [sent(ada, account, CSV) for _ in range(4)]

    def run(origin: Import) -> int:
        try:
            return start_import(actor=ada, origin=origin, without_problems=False).added
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        added = sorted(pool.map(run, origins))
    assert added == [0, 0, 0, 3]
    assert len(amounts(account)) == 3
