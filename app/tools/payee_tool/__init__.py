"""Finds out who stands behind the payee of a bank statement.

Public interface: ``lookup_payee``, and ``cleaned``, which tells what would be asked.
"""

from tools.payee_tool.cleaning import cleaned
from tools.payee_tool.looking_up import lookup_payee

__all__ = ["cleaned", "lookup_payee"]
