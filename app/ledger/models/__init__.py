"""The tables of the ledger."""

from ledger.models.account import Account
from ledger.models.category import Category, Rule
from ledger.models.csv_layout import CsvLayout
from ledger.models.imports import Import, ImportState
from ledger.models.statement import Statement
from ledger.models.transaction import Transaction, TransactionStatus

__all__ = [
    "Account",
    "Category",
    "CsvLayout",
    "Import",
    "ImportState",
    "Rule",
    "Statement",
    "Transaction",
    "TransactionStatus",
]
