"""What a column of a bank's CSV holds, by its heading, in the languages of banks met so far."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

Columns = dict[str, tuple[int, ...]]
"""The role of columns: ``booked_on``, ``amount`` ... and where they are, from 0."""

TEXTS: Final = ("payee", "description", "reference")
"""Roles that may be spread over several columns."""
ROLES: Final = {
    "booked_on": "Date",
    "value_on": "Value date",
    "amount": "Amount",
    "debit": "Money out",
    "credit": "Money in",
    "side": "Debit or credit",
    "fee": "Fee, taken off the amount",
    "currency": "Currency",
    "payee": "Payee",
    "description": "Description",
    "reference": "Reference",
    "external_id": "The bank's id",
    "balance": "Balance after it",
    "state": "State",
}

# The more precise headings first: the first that a file has is taken.
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "booked_on": (
        "booking date", "posting date", "post date", "posted date", "date posted", "buchungstag",
        "buchungsdatum", "buchung", "bokforingsdatum", "bokforingsdag", "boekdatum",
        "boekingsdatum",
        "date de comptabilisation", "date operation", "date de l operation", "date d operation",
        "fecha operacion", "fecha de operacion", "fecha contable", "data contabile",
        "data operazione", "completed date", "transaction date", "trans date", "datum", "date",
        "fecha", "data", "dato", "started date", "timestamp", "time",
    ),
    "value_on": (
        "value date", "valuta", "valutadatum", "wertstellung", "valuta datum", "date de valeur",
        "date valeur", "fecha valor", "data valuta", "valutadag", "rentedatum", "effective date",
    ),
    "amount": (
        "net", "net amount", "amount", "transaction amount", "betrag", "umsatz", "bedrag",
        "bedrag eur", "montant", "importe", "importo", "belopp", "belob", "belop", "valor", "kwota",
        "amount eur", "amount usd", "betrag eur", "betrag in eur", "value", "sum",
    ),
    "debit": (
        "debit", "debit amount", "paid out", "money out", "withdrawal", "withdrawals", "soll",
        "lastschrift", "belastung", "debet", "cargo", "dare", "addebiti", "uscite", "payments",
        "withdrawal amt", "out", "ausgang", "debito",
    ),
    "credit": (
        "credit", "credit amount", "paid in", "money in", "deposit", "deposits", "haben",
        "gutschrift", "abono", "avere", "accrediti", "entrate", "receipts", "deposit amt", "in",
        "eingang", "credito",
    ),
    "side": (
        "debit credit", "credit debit", "dr cr", "cr dr", "soll haben", "s h", "af bij",
        "transaction type dr cr", "credit debit indicator", "indicator", "sens", "sign", "d c",
        "soll haben kennzeichen",
    ),
    "fee": ("fee", "fees", "commission"),
    "currency": (
        "currency", "wahrung", "waehrung", "devise", "divisa", "valuta code", "munt", "valyuta",
        "ccy", "currency code", "transaction currency", "waluta",
    ),
    "payee": (
        "payee", "auftraggeber", "auftraggeber empfanger", "beguenstigter zahlungspflichtiger",
        "begunstigter zahlungspflichtiger",
        "auftraggeber begunstigter", "auftraggeber beguenstigter", "zahlungsempfanger",
        "name zahlungsbeteiligter", "empfanger", "counterparty", "counterparty name", "merchant",
        "merchant name", "beneficiary", "beneficiario", "tegenpartij", "naam tegenpartij",
        "naam omschrijving", "name", "tiers", "ordenante", "motpart", "partner name", "kontrahent",
    ),
    "description": (
        "description", "details", "transaction description", "narrative", "particulars", "memo",
        "verwendungszweck", "buchungstext", "libelle", "concepto", "descrizione", "causale",
        "omschrijving", "mededelingen", "text", "purpose", "remittance information",
        "booking text", "transaction details", "beskrivelse", "beskrivning", "tekst", "opis",
        "tytul", "note", "notes", "descripcion", "payment details", "vorgang",
    ),
    "reference": (
        "reference", "referenz", "kundenreferenz", "customer reference", "mandatsreferenz",
        "end to end id", "referencia", "ref", "reference number", "cheque number", "check number",
        "check", "chq ref no", "kenmerk", "kundenreferenz end to end",
    ),
    "external_id": (
        "transaction id", "transaction reference", "fitid", "id", "unique id", "bank reference",
        "transactie id", "transaktions id",
    ),
    "balance": (
        "balance", "running balance", "saldo", "saldo nach buchung", "kontostand", "solde",
        "saldo na transactie", "closing balance", "account balance", "available balance",
        "saldo tras operacion", "balance after",
    ),
    "state": ("state", "status", "transaction status"),
}  # fmt: skip
_RANK: Final = {
    words: (role, place)
    for role, all_words in _WORDS.items()
    for place, words in enumerate(all_words)
}
_CURRENCY_BEHIND: Final = re.compile(r"(?: in)? (eur|usd|gbp|chf|sek|nok|dkk|pln|inr|jpy|cad|aud)$")


@lru_cache(maxsize=16384)
def plain(heading: str) -> str:
    """Return a heading without case, accents and signs."""
    if heading.isascii() and heading.isalpha():
        return heading.lower()
    text = unicodedata.normalize("NFKD", heading.casefold().replace("ß", "ss").replace("ø", "o"))
    kept = (c if c.isalnum() else " " for c in text if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def role_of(heading: str) -> tuple[str, int] | None:
    """Return the role of a heading and its rank among the headings of that role."""
    words = plain(heading)
    return _RANK.get(words) or _RANK.get(_CURRENCY_BEHIND.sub("", words))


def roles_in(headings: Sequence[str]) -> Columns:
    """Return the roles of the columns; the best heading of each role, texts from all of theirs."""
    found: dict[str, list[tuple[int, int]]] = {}
    for column, heading in enumerate(headings):
        role = role_of(heading)
        if role is not None:
            found.setdefault(role[0], []).append((role[1], column))
    columns: Columns = {}
    for name, places in found.items():
        if name in TEXTS:
            columns[name] = tuple(column for _, column in places)
        else:
            columns[name] = (min(places)[1],)
    return _consistent(columns, headings)


def _consistent(columns: Columns, headings: Sequence[str]) -> Columns:
    if "debit" in columns and "credit" in columns:
        columns.pop("amount", None)
    elif "amount" in columns:
        columns.pop("debit", None)
        columns.pop("credit", None)
    if "amount" not in columns or plain(headings[columns["amount"][0]]).startswith("net"):
        columns.pop("fee", None)
    if "booked_on" not in columns and "value_on" in columns:
        columns["booked_on"] = columns.pop("value_on")
    return columns


def is_complete(columns: Columns) -> bool:
    """Tell whether transactions can be made of these columns."""
    return "booked_on" in columns and bool({"amount", "debit", "credit"} & set(columns))
