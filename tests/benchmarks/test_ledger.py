"""An import of 100,000 transactions, and what the pages of such an account ask of the database."""

import time
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from ledger.models import Transaction
from ledger.selectors.accounts import overview
from ledger.selectors.transactions import Filters, filtered
from ledger.services.imports import preview_import, run_import
from ledger_things import account_of, category_of, rule_of

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db]

NUMBER = 100_000


def file_of(number: int) -> tuple[bytes, Decimal]:
    """Return a year of transactions with a running balance, and their sum."""
    lines = ["Buchungstag;Empfänger;Verwendungszweck;Betrag;Saldo"]
    held = Decimal(0)
    for count in range(number):
        day = date(2024, 1, 1) + timedelta(days=count * 366 // number)
        amount = Decimal(count * 7919 % 200_001 - 100_000) / 100
        held += amount
        texts = f"Shop {count % 997};Order {count}"
        said = f"{amount:.2f};{held:.2f}".replace(".", ",")
        lines.append(f"{day:%d.%m.%Y};{texts};{said}")
    return "\n".join(lines).encode("cp1252"), held


def timed(name: str, act):
    """Print how long it took, and how much of that this process computed, without PostgreSQL."""
    begun, computed = time.perf_counter(), time.process_time()
    result = act()
    took, own = time.perf_counter() - begun, time.process_time() - computed
    print(f"{name}: {took:.2f} s, of these computing {own:.2f} s", flush=True)
    return result


def test_a_hundred_thousand_transactions(ada):
    content, total = file_of(NUMBER)
    account = account_of(ada)
    shops = category_of(ada, "Shops")
    for number in range(20):
        rule_of(ada, category=shops, payee_contains=f"Shop {number}x")

    def preview():
        return preview_import(actor=ada, filename="year.csv", content=content, account=account)

    print(f"\n{NUMBER:,} transactions, {len(content) / 1e6:.1f} MB")
    origin = timed("looked at", preview)
    done = timed("imported", lambda: run_import(actor=ada, origin=origin))
    assert (done.added, done.known, done.skipped) == (NUMBER, 0, 0)
    assert Transaction.objects.aggregate(sum=Sum("amount"))["sum"] == total
    again = timed("looked at again", preview)
    done = timed("imported again", lambda: run_import(actor=ada, origin=again))
    assert (done.added, done.known) == (0, NUMBER)
    timed("accounts with balances", lambda: list(overview(ada)))
    timed("first page", lambda: list(filtered(ada, Filters())[:50]))
    timed("count of all", lambda: filtered(ada, Filters()).count())
    timed("words", lambda: list(filtered(ada, Filters(text="order 99999"))[:50]))
