"""Makes of a bank statement's payee what may be asked in the web.

What goes out never holds a mail address, an account number, a card number, a reference or a date:
words with more than two digits stay here, and of what is left three digits at most go out.
"""

import re
from typing import Final

from tools.redaction import MASK, masked

MOST: Final = 80
"""Characters that go out."""
DIGITS: Final = 3
"""Digits that go out at most, in all: ``7-Eleven`` and ``1&1`` pass, identifiers do not."""

_PROCESSOR = re.compile(
    r"^\s*(?:sq|tst|paypal|pp|sumup|zettle|iz|cko|stripe|sp|ppl|klarna|adyen|mollie|google|apl)"
    r"\s*[*_]\s*",
    re.IGNORECASE,
)
"""Payment processors before the merchant's name: ``SQ *``, ``PAYPAL *``, ``SumUp  *``."""
_ADDRESS = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:[/?]\S*)?", re.IGNORECASE)
"""A web address, of which only the host goes out."""
_PUNCTUATION = re.compile(r"[^\w&'.-]+")
_BANK_WORDS: Final = """
    pos visa mastercard maestro girocard debit credit card purchase payment kartenzahlung
    lastschrift sepa elv ec kauf einkauf contactless kontaktlos ref reference auth no nr id mandat
    mandate txn trn terminal achat paiement carte cb pago compra tarjeta pagamento carta iban bic
    end-to-end eref mref cred svwz kref notprovided
"""
_NOISE: Final = frozenset(_BANK_WORDS.split())
"""Words of banks, which say how was paid and not to whom."""


def cleaned(payee: str) -> str:
    """Return the words of ``payee`` that may go out; empty when none is left."""
    text = masked(payee)
    while (shorter := _PROCESSOR.sub("", text)) != text:
        text = shorter
    text = _ADDRESS.sub(r"\1", text)
    words = _PUNCTUATION.sub(" ", text.replace(MASK, " ")).replace("_", " ").split()
    kept = [word.strip(".-'") for word in words if _says_something(word)]
    if sum(map(_digits, kept)) > DIGITS:
        kept = [word for word in kept if not _digits(word)]
    return " ".join(dict.fromkeys(kept))[:MOST].strip(" &")


def _says_something(word: str) -> bool:
    named = "&" in word or any(map(str.isalpha, word))
    return named and _digits(word) <= 2 and word.casefold().strip(".-:") not in _NOISE


def _digits(word: str) -> int:
    return sum(character.isdigit() for character in word)
