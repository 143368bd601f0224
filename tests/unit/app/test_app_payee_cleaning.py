"""What of a bank statement's payee goes out to the web, and what never does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.payee_tool import cleaned
from tools.payee_tool.categories import suggested
from tools.redaction import masked, redacted

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("payee", "words"),
    [
        ("SQ *COFFEE SHOP 4471 BERLIN", "COFFEE SHOP BERLIN"),
        ("SQ * COFFEE   SHOP #12", "COFFEE SHOP"),
        ("TST* The Breakfast Club 0093", "The Breakfast Club"),
        ("PAYPAL *STEAM GAMES 35314369001", "STEAM GAMES"),
        ("PP*SQ *Nested Shop", "Nested Shop"),
        ("SumUp  *Blumen Meier", "Blumen Meier"),
        ("KARTENZAHLUNG REWE SAGT DANKE 44712233//BERLIN/DE", "REWE SAGT DANKE BERLIN DE"),
        ("POS PURCHASE VISA 4111 1111 1111 1111 TESCO STORES 3297", "TESCO STORES"),
        ("MAX 4111-1111-1111-1111", "MAX"),
        ("Bakery 4111.1111.1111.1111 Card", "Bakery"),
        ("XXXX XXXX XXXX 4471 LIDL", "LIDL"),
        ("LIDL x4471", "LIDL"),
        ("ALDI ****4471", "ALDI"),
        ("DE89 3704 0044 0532 0130 00 Stadtwerke", "Stadtwerke"),
        ("GB29NWBK60161331926819 Landlord", "Landlord"),
        ("MT84 MALT 0110 0001 2345 MTLC AST0 01S Ferry", "Ferry"),
        ("GB29 NWBK 6016 1331 9268 19 Rent", "Rent"),
        ("EREF+NOTPROVIDED Netflix.com/bill?id=77", "Netflix.com"),
        ("https://www.amazon.de/gp/order/303-1234567", "www.amazon.de"),
        ("AMZN Mktp DE*2K4LS1QX5", "AMZN Mktp DE"),
        ("ada.lovelace@example.org Spotify", "Spotify"),
        ("Tel +49 (0)30 1234567 Pizzeria", "Tel Pizzeria"),
        ("12.03.2024 13:45 Kiosk", "Kiosk"),
        ("٤١١١١١١١ Souk", "Souk"),
        ("\uff14\uff14\uff17\uff11\uff12 Tokyo", "Tokyo"),
        ("7-Eleven", "7-Eleven"),
        ("1&1 Telecom", "1&1 Telecom"),
        ("3M 7-Eleven A1 B2", ""),
        ("Marks & Spencer", "Marks & Spencer"),
        ("& Co", "Co"),
        ("H&M", "H&M"),
        ("Müller\u0000\u200bDrogerie", "Müller Drogerie"),
        ("  ", ""),
        ("VISA 12.03.2024 Ref 9911", ""),
        ("word " * 60, "word"),
    ],
)
def test_of_a_payee_the_name_goes_out(payee, words):
    assert cleaned(payee) == words


SEPARATORS = st.sampled_from(["", " ", "-", ".", "  ", "/", "_", "\u00a0", " - ", "*"])


@given(
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    digits=st.lists(st.sampled_from("0123456789"), min_size=8, max_size=19),
    separator=SEPARATORS,
    group=st.integers(1, 6),
)
def test_no_number_goes_out_however_it_is_written(before, after, digits, separator, group):
    number = "".join(digits)
    grouped = separator.join(number[at : at + group] for at in range(0, len(number), group))
    words = cleaned(f"{before} {grouped} {after}")
    assert sum(character.isdigit() for character in words) <= 3
    assert len(words) <= 80
    assert "@" not in words


@given(st.text(max_size=300))
def test_any_text_is_cleaned(text):
    words = cleaned(text)
    assert sum(character.isdecimal() for character in words) <= 3
    assert not any(ord(character) < 32 for character in words)
    assert cleaned(words) == cleaned(cleaned(words))


@given(st.text(alphabet="0123456789 -./x", min_size=4, max_size=60))
def test_the_log_of_runs_keeps_no_four_digits_in_a_row(text):
    assert not re.search(r"\d{4}", masked(text))


def test_values_of_parameters_are_redacted_by_their_kind():
    given = {"a": "x" * 900, "b": True, "c": 12, "d": 4111111111111111, "e": ["4111"], "f": None}
    assert redacted(given) == {"a": "x" * 200, "b": True, "c": 12, "d": "…", "e": "…", "f": None}


@pytest.mark.parametrize(
    ("texts", "category"),
    [
        (["A café in Berlin", "coffee and more"], "Eating out"),
        (["A café in Berlin"], ""),
        (["café", "coffee", "hotel", "hostel"], ""),
        (["coffee coffee coffee"], ""),
        (["Supermarkt", "supermarket with a café", "Lebensmittel"], "Groceries"),
        ([], ""),
    ],
)
def test_a_category_is_suggested_when_several_texts_agree(texts, category):
    assert suggested(texts) == category
