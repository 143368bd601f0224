"""A period agrees with its balances, or the difference is shown with what may explain it."""

from datetime import date
from decimal import Decimal

import pytest
from core.errors import ConflictError, InvalidInputError, NotFoundError
from core.models import AuditEvent
from ledger.models import Account, Statement, Transaction
from ledger.selectors.reconciliation import reconciliation_of, visible_statement
from ledger.services import statements, transactions
from ledger_things import account_of, imported, statement_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ROWS = "Date,Description,Amount\n2024-01-10,Rent,-500.00\n2024-01-20,Pay,1000.00\n"
JANUARY = {"starts_on": date(2024, 1, 1), "ends_on": date(2024, 1, 31)}


def period(actor, account: Account, opening=None, closing=None, **days) -> Statement:
    return statements.save_statement(
        actor=actor,
        account=account,
        statement=None,
        opening=None if opening is None else Decimal(opening),
        closing=None if closing is None else Decimal(closing),
        **{**JANUARY, **days},
    )


@pytest.fixture
def account(ada):
    found = account_of(ada)
    imported(ada, found, ROWS)
    return found


def reasons(statement: Statement) -> list[tuple[str, str]]:
    found = reconciliation_of(statement).candidates
    return [(each.transaction.description, each.reason) for each in found]


def test_what_agrees_is_reconciled_and_can_be_reopened(ada, account):
    statement = period(ada, account, "100", "600")
    result = reconciliation_of(statement)
    assert (result.total, result.expected, result.difference, result.count) == (500, 600, 0, 2)
    done = statements.reconcile(actor=ada, statement=statement)
    assert statements.reconcile(actor=ada, statement=done).reconciled_at == done.reconciled_at
    assert AuditEvent.objects.filter(verb="reconciled").count() == 1
    with pytest.raises(ConflictError, match="Reopen it first"):
        statements.save_statement(
            actor=ada, account=account, statement=done, opening=None, closing=None, **JANUARY
        )
    assert statements.reopen(actor=ada, statement=done).reconciled_at is None
    statements.reopen(actor=ada, statement=done)
    assert AuditEvent.objects.filter(verb="reopened").count() == 1


def test_a_difference_is_never_reconciled(ada, account):
    statement = period(ada, account, "100", "599.99")
    with pytest.raises(ConflictError, match="differ from the balances by \u22120.01"):
        statements.reconcile(actor=ada, statement=statement)
    assert reasons(statement) == []
    with pytest.raises(ConflictError, match="balance is missing"):
        statements.reconcile(
            actor=ada, statement=period(ada, account, None, "1", ends_on=date(2024, 2, 9))
        )


def test_a_duplicate_is_named(ada, account):
    imported(ada, account, "Date,Description,Payee,Amount\n2024-01-10,RENT FLAT,,-500.00\n")
    assert reasons(period(ada, account, "100", "600")) == [
        ("Rent", "is there twice on that day"),
        ("RENT FLAT", "is there twice on that day"),
    ]


def test_one_too_many_and_a_wrong_sign_are_named(ada, account):
    assert reasons(period(ada, account, "0", "1000")) == [
        ("Rent", "may be a duplicate or of another period")
    ]
    turned = period(ada, account, "0", "1500", ends_on=date(2024, 1, 30))
    assert ("Rent", "may have the wrong sign") in reasons(turned)


def test_voided_ones_and_those_just_outside_are_named(ada, account):
    rent = Transaction.objects.get(description="Rent")
    transactions.void(actor=ada, row=rent)
    assert reasons(period(ada, account, "0", "500")) == [
        ("Rent", "is voided and would make it agree")
    ]
    transactions.restore(actor=ada, row=rent)
    later = period(ada, account, "0", "500", starts_on=date(2024, 1, 11))
    assert reasons(later) == [("Rent", "is booked just outside of the period")]


def test_the_opening_balance_is_that_of_the_statement_before(ada, account):
    period(ada, account, "1", "100", starts_on=date(2023, 12, 1), ends_on=date(2023, 12, 31))
    result = reconciliation_of(period(ada, account, None, "600"))
    assert (result.opening, result.difference, result.gap) == (100, 0, None)
    assert result.opening_from == "the closing balance of 2023-12-01 to 2023-12-31"


def test_a_gap_between_statements_is_told(ada, account):
    period(ada, account, "1", "90", starts_on=date(2023, 12, 1), ends_on=date(2023, 12, 31))
    assert reconciliation_of(period(ada, account, "100", "600")).gap == 10


def test_other_currencies_are_counted_apart(ada, account):
    imported(
        ada, account, "Date,Text,Amount,Currency\n2024-01-15,A,-1.00,EUR\n2024-01-15,B,-2,JPY\n"
    )
    result = reconciliation_of(period(ada, account, "100", "599"))
    assert (result.difference, result.others) == (0, 1)


def test_periods_that_make_no_sense_are_refused(ada, account):
    with pytest.raises(InvalidInputError, match="before the first"):
        period(ada, account, starts_on=date(2024, 2, 1))
    statement = period(ada, account)
    with pytest.raises(InvalidInputError, match="exactly this period"):
        period(ada, account)
    with pytest.raises(InvalidInputError, match="more digits"):
        period(ada, account, "1.001", ends_on=date(2024, 1, 30))
    changed = statements.save_statement(
        actor=ada, account=account, statement=statement, opening=Decimal(1), closing=None, **JANUARY
    )
    assert changed.opening == 1


def test_statements_are_seen_by_readers_only(ada, stranger, administrator):
    statement = statement_of(ada)
    assert visible_statement(ada, statement.uid) == statement
    assert visible_statement(administrator, statement.uid) == statement
    with pytest.raises(NotFoundError):
        visible_statement(stranger, statement.uid)
