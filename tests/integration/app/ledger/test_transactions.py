"""Transactions are reviewed, categorised, corrected and voided; what the bank said stays."""

import csv
import io
import json
import uuid
from datetime import date
from decimal import Decimal

import pytest
from core.errors import ConflictError, InvalidInputError, NotFoundError, PermissionDeniedError
from core.models import AuditEvent
from django.contrib.auth.models import Group
from ledger.export import as_csv, as_json
from ledger.models import Category, Rule, Statement, Transaction, TransactionStatus
from ledger.selectors import accounts as account_selectors
from ledger.selectors.transactions import Filters, filtered, source_text, visible_transaction
from ledger.services import rules, transactions
from ledger.services.accounts import save_account
from ledger.services.statements import reconcile
from ledger_things import CSV, account_of, category_of, imported, rule_of, transaction_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def corrected(actor, row, **changes):
    names = ("booked_on", "amount", "payee", "description", "note")
    said = {name: getattr(row, name) for name in names}
    return transactions.correct(actor=actor, row=row, **{**said, **changes})


def test_a_correction_keeps_what_the_bank_said(ada):
    row = transaction_of(ada)
    corrected(ada, row, note="with Grace")
    row.refresh_from_db()
    assert (row.note, row.imported) == ("with Grace", None)
    corrected(ada, row, amount=Decimal("-13.00"), payee="Coffee")
    corrected(ada, row, amount=Decimal("-14.00"), payee="Coffee")
    row.refresh_from_db()
    assert (row.amount, row.payee) == (-14, "Coffee")
    assert (row.imported["amount"], row.imported["payee"]) == ("-12.5000", "Coffee & Co")
    event = AuditEvent.objects.filter(verb="corrected").order_by("-id")[0]
    assert (event.object_uid, set(event.after)) == (row.uid, {"amount"})
    assert imported(ada, row.account).added == 0
    with pytest.raises(InvalidInputError, match="more digits"):
        corrected(ada, row, amount=Decimal("1.001"))


def test_nothing_is_noted_when_nothing_was_corrected(ada):
    row = transaction_of(ada)
    corrected(ada, row)
    assert not AuditEvent.objects.filter(verb="corrected").exists()


def test_a_voided_transaction_stays_and_is_not_imported_again(ada):
    row = transaction_of(ada)
    transactions.void(actor=ada, row=row)
    transactions.void(actor=ada, row=row)
    assert AuditEvent.objects.filter(verb="voided").count() == 1
    assert imported(ada, row.account).added == 0
    assert row not in filtered(ada, Filters())
    assert row in filtered(ada, Filters(status="void"))
    assert not transactions.restore(actor=ada, row=row).is_void


def test_a_reconciled_period_is_not_changed_silently(ada):
    row = transaction_of(ada)
    reconcile(actor=ada, statement=Statement.objects.get())
    for change in (
        lambda: corrected(ada, row, amount=Decimal(-1)),
        lambda: corrected(ada, row, booked_on=date(2023, 1, 1)),
        lambda: transactions.void(actor=ada, row=row),
    ):
        with pytest.raises(ConflictError, match="Reopen it first"):
            change()
    assert corrected(ada, row, payee="Coffee").payee == "Coffee"


def test_only_the_owner_changes_and_readers_read(ada, stranger):
    row = transaction_of(ada)
    group = Group.objects.create(name="family")
    ada.groups.add(group)
    stranger.groups.add(group)
    with pytest.raises(NotFoundError):
        visible_transaction(stranger, row.uid)
    account = row.account
    save_account(actor=ada, account=account, name=account.name, currency="EUR", groups=[group])
    assert visible_transaction(stranger, row.uid) == row
    for act in (
        lambda: corrected(stranger, row, amount=Decimal(-1)),
        lambda: transactions.void(actor=stranger, row=row),
        lambda: save_account(actor=stranger, account=account, name="Mine", currency="EUR"),
        lambda: reconcile(actor=stranger, statement=Statement.objects.get()),
    ):
        with pytest.raises(PermissionDeniedError):
            act()
    assert transactions.review(actor=stranger, uids=[row.uid]) == 0
    row.refresh_from_db()
    assert (row.status, row.amount) == (TransactionStatus.NEW, Decimal("-12.5"))


def test_many_are_reviewed_and_categorised_at_once(ada, stranger):
    transaction_of(ada)
    uids = list(Transaction.objects.values_list("uid", flat=True))
    assert transactions.review(actor=ada, uids=uids) == 3
    assert transactions.review(actor=ada, uids=uids) == 0
    assert transactions.review(actor=ada, uids=uids[:1], reviewed=False) == 1
    food = category_of(ada)
    assert transactions.categorise(actor=ada, uids=uids, category=food) == 3
    assert AuditEvent.objects.filter(verb="categorised").count() == 3
    assert transactions.categorise(actor=ada, uids=uids, category=None) == 3
    with pytest.raises(InvalidInputError):
        transactions.categorise(actor=ada, uids=uids, category=category_of(stranger))
    with pytest.raises(InvalidInputError, match="at most"):
        transactions.review(actor=ada, uids=[uuid.uuid4() for _ in range(1001)])


def test_filters(ada):
    account = transaction_of(ada).account
    food = category_of(ada)
    coffee = Transaction.objects.order_by("id")[0]
    transactions.categorise(actor=ada, uids=[coffee.uid], category=food)

    def count(**given):
        return filtered(ada, Filters(**given)).count()

    assert count(account=account.uid) == 3
    assert count(account=uuid.uuid4()) == 0
    assert (count(category=str(food.uid)), count(category="none")) == (1, 2)
    assert (count(text="cof CARD"), count(text="cof employer")) == (2, 0)
    assert count(booked_from=date(2024, 1, 16)) == count(amount_from=Decimal(0)) == 1
    assert count(booked_to=date(2024, 1, 15)) == count(amount_to=Decimal(0)) == 2
    assert (count(status="new"), count(status="reviewed")) == (3, 0)


def test_rules_give_categories_at_import_and_on_demand(ada):
    food, pay = category_of(ada), category_of(ada, "Pay")
    rule_of(ada, category=food, payee_contains="COFFEE", amount_to=Decimal(0))
    account = account_of(ada)
    imported(ada, account)
    coffee, other, salary = Transaction.objects.order_by("id")
    assert (coffee.category, salary.category) == (food, None)
    assert coffee.rule.conditions == "payee contains “COFFEE” and amount up to 0"
    transactions.categorise(actor=ada, uids=[other.uid], category=pay)
    rule_of(ada, category=pay, text_contains="card", order=1)
    rule_of(ada, category=pay, amount_from=Decimal("1000"), account=account)
    assert rules.apply_rules(actor=ada) == 2
    assert rules.apply_rules(actor=ada) == 0
    coffee, other, salary = Transaction.objects.order_by("id")
    assert (coffee.category, other.category, salary.category) == (pay, pay, pay)
    assert other.rule is None
    assert str(salary.rule) == "amount from 1000 and account is Current → Pay"
    rules.delete_rule(actor=ada, rule=salary.rule)
    salary.refresh_from_db()
    assert (salary.category, salary.rule) == (pay, None)
    rules.delete_category(actor=ada, category=pay)
    assert not Rule.objects.filter(category__name="Pay").exists()
    assert Transaction.objects.filter(category=None).count() == 3


def test_rules_and_categories_that_make_no_sense_are_refused(ada, stranger):
    food = category_of(ada)
    with pytest.raises(InvalidInputError, match="at least one condition"):
        rule_of(ada, category=food, payee_contains=" ")
    with pytest.raises(InvalidInputError) as caught:
        rule_of(ada, category=food, amount_from=Decimal(2), amount_to=Decimal(1))
    assert set(caught.value.fields) == {"amount_to"}
    with pytest.raises(InvalidInputError, match="no such category"):
        rule_of(stranger, category=food, payee_contains="x")
    for name in ("", "food"):
        with pytest.raises(InvalidInputError):
            category_of(ada, name)
    with pytest.raises(PermissionDeniedError):
        rules.delete_category(actor=stranger, category=food)
    assert (
        rules.save_category(actor=ada, category=food, name=" Food  & drink ").name == "Food & drink"
    )
    assert Category.objects.count() == 1


def test_accounts_are_told_apart(ada, stranger):
    account = account_of(ada, "One", number="1")
    for fields in ({"name": "One"}, {"name": ""}, {"name": "Two", "number": "1"}):
        with pytest.raises(InvalidInputError):
            account_of(ada, **fields)
    with pytest.raises(InvalidInputError, match="three letters"):
        account_of(ada, "Two", currency="EURO")
    account_of(stranger, "One", number="1")
    imported(ada, account)
    with pytest.raises(InvalidInputError, match="currency stays"):
        save_account(actor=ada, account=account, name="One", currency="USD")


def test_the_balance_is_that_of_the_newest_statement_and_what_came_after(ada, administrator):
    account = account_of(ada)
    (row,) = account_selectors.overview(ada)
    assert (row.held, row.count, row.new, row.last_on) == (0, 0, 0, None)
    imported(
        ada, account, "Date,Description,Amount\n2024-01-20,Later,-75.00\n2024-01-01,Before,9\n"
    )
    assert account_selectors.overview(ada)[0].held == -66
    imported(ada, account)
    (row,) = account_selectors.overview(administrator)
    assert (row.held, row.count, row.new, row.last_on) == (1000, 5, 5, date(2024, 1, 20))


def test_exports_say_all_and_run_nothing(ada):
    account = account_of(ada, "=1+1")
    evil = '2024-01-17,"=HYPERLINK(""x"")",@cmd,-1.00,1074.00\n'
    imported(ada, account, CSV + evil)
    rows = filtered(ada, Filters())
    text = b"".join(as_csv(rows)).decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert [row["amount"] for row in table] == ["-1.00", "1000.00", "-12.50", "-12.50"]
    assert (table[0]["description"], table[0]["payee"], table[0]["account"]) == (
        '\'=HYPERLINK("x")',
        "'@cmd",
        "'=1+1",
    )
    said = json.loads(b"".join(as_json(rows)))
    assert said[0]["description"] == '=HYPERLINK("x")'
    assert sum(Decimal(each["amount"]) for each in said) == 974
    assert json.loads(b"".join(as_json([]))) == []
    assert b"".join(as_csv([])).decode("utf-8-sig").startswith("uid,account")


def test_a_transaction_without_a_file_shows_no_line(ada):
    row = transaction_of(ada)
    row.source_line = 99
    assert source_text(row) == ""
    row.origin_id = None
    assert source_text(row) == ""
