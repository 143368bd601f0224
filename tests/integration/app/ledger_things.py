"""Accounts, files and transactions for tests of the ledger."""

from typing import Any

from django.contrib.auth.models import User
from documents.models import Document
from documents.services import adding
from ledger.models import Account, Category, Import, Rule, Statement, Transaction
from ledger.services.accounts import save_account
from ledger.services.imports import preview_import, start_import
from ledger.services.rules import save_category, save_rule

CSV = """\
Date,Description,Payee,Amount,Balance
2024-01-15,Card 1234,Coffee & Co,-12.50,87.50
2024-01-15,Card 1234,Coffee & Co,-12.50,75.00
2024-01-16,January,Employer,1000.00,1075.00
"""


def account_of(owner: User, name: str = "Current", **fields: Any) -> Account:
    """Return a new account of ``owner``."""
    return save_account(actor=owner, account=None, name=name, **{"currency": "EUR", **fields})


def sent(owner: User, account: Account | None, content: str | bytes = CSV, **more: Any) -> Import:
    """Return a file that waits to be confirmed."""
    data = content.encode() if isinstance(content, str) else content
    name = more.pop("filename", "statement.csv")
    return preview_import(actor=owner, filename=name, content=data, account=account, **more)


def imported(owner: User, account: Account | None, content: str | bytes = CSV) -> Import:
    """Return a file that was imported."""
    return start_import(actor=owner, origin=sent(owner, account, content), without_problems=False)


def kept(owner: User, filename: str = "statement.csv", content: str = CSV) -> Document:
    """Return a document with a statement in it."""
    return adding.add_document(actor=owner, sent=adding.receive([content.encode()], filename))


def transaction_of(owner: User) -> Transaction:
    """Return a transaction of a new account of ``owner``."""
    account = account_of(owner)
    imported(owner, account)
    return Transaction.objects.filter(account=account).order_by("id")[0]


def statement_of(owner: User) -> Statement:
    """Return the statement that came with a file."""
    return Statement.objects.get(account=transaction_of(owner).account)


def category_of(owner: User, name: str = "Food") -> Category:
    """Return a new category."""
    return save_category(actor=owner, category=None, name=name)


def rule_of(owner: User, **conditions: Any) -> Rule:
    """Return a new rule, of a new category."""
    conditions = conditions or {"payee_contains": "coffee"}
    category = conditions.pop("category", None) or category_of(owner)
    return save_rule(actor=owner, rule=None, category=category, **conditions)
