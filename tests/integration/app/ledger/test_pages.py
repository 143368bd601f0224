"""The pages of the ledger, as a person goes through them; and how many queries they ask."""

import json
from pathlib import Path

import pytest
from app_pages import text_of
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from ledger.models import Account, Category, Import, ImportState, Rule, Statement, Transaction
from ledger_things import CSV, account_of, category_of, imported, rule_of, sent, transaction_of
from query_counts import counted

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
FILE = Path(__file__).with_name("queries.json")
FILES = Path(__file__).parents[3] / "unit" / "app" / "ledger" / "files"


def upload(client, account, content, name="statement.csv"):
    data = {"file": SimpleUploadedFile(name, content.encode()), "account": str(account.uid)}
    return client.post(reverse("ledger:new-import"), data)


def test_from_a_file_to_a_reconciled_period(signed_in, ada):
    made = signed_in.post(reverse("ledger:new-account"), {"name": "Current", "currency": "eur"})
    account = Account.objects.get()
    assert made.headers["Location"] == reverse("ledger:account", args=[account.uid])
    shown = signed_in.get(upload(signed_in, account, CSV).headers["Location"])
    page = text_of(shown)
    assert "15 January 2024" in page
    assert "Coffee &amp; Co" in page
    assert "Every date of the column fits." in page
    assert "<dt>Dates like</dt><dd>2025-12-31</dd>" in page
    assert "<dt>Payee</dt><dd>Payee</dd>" in page
    origin = Import.objects.get()
    ran = signed_in.post(reverse("ledger:run-import", args=[origin.uid]))
    assert "3 new transactions" in text_of(signed_in.get(ran.headers["Location"]))
    statement = Statement.objects.get()
    address = reverse("ledger:statement", args=[statement.uid])
    assert "agree with the balances" in text_of(signed_in.get(address))
    signed_in.post(reverse("ledger:reconcile", args=[statement.uid]))
    assert "Reconciled on" in text_of(signed_in.get(address))
    signed_in.post(reverse("ledger:reconcile", args=[statement.uid]), {"reopen": "1"})
    data = {"starts_on": "2024-01-15", "ends_on": "2024-01-16", "opening": "90", "closing": "1075"}
    assert signed_in.post(address, data).status_code == 302
    page = text_of(signed_in.get(address))
    assert "differ from the balances by" in page
    assert signed_in.post(reverse("ledger:reconcile", args=[statement.uid])).status_code == 409
    assert signed_in.post(address, {**data, "ends_on": "2023-01-01"}).status_code == 400


def test_from_a_statement_of_an_unknown_account_to_the_account(signed_in, ada):
    content = (FILES / "checking-1.ofx").read_bytes()
    origin = sent(ada, None, content, filename="January.ofx")
    page = text_of(signed_in.get(reverse("ledger:import", args=[origin.uid])))
    assert "You have no account with 0012345." in page
    address = f"{reverse('ledger:new-account')}?number=0012345&amp;currency=USD"
    assert f'href="{address}">Add this account' in page
    form = text_of(signed_in.get(address.replace("&amp;", "&")))
    assert 'value="0012345"' in form
    assert 'value="USD"' in form
    signed_in.post(address, {"name": "Checking", "currency": "USD", "number": "0012345"})
    page = text_of(signed_in.get(reverse("ledger:import", args=[origin.uid])))
    assert "<dt>New transactions</dt><dd><strong>3</strong></dd>" in page


def test_a_question_about_the_file_is_answered(signed_in, ada):
    account = account_of(ada)
    first = upload(signed_in, account, "Date,Text,Amount\n01/02/2024,A,-1.00\n\n")
    page = text_of(signed_in.get(first.headers["Location"]))
    assert "Say how dates and amounts are to be read." in page
    origin = Import.objects.get()
    assert signed_in.post(reverse("ledger:run-import", args=[origin.uid])).status_code == 409
    answer = {
        "date_format": "%d/%m/%Y",
        "decimal_mark": ".",
        "encoding": "utf-8",
        "column_booked_on": "0",
        "column_description": ["1"],
        "column_amount": "2",
    }
    layout = reverse("ledger:layout", args=[origin.uid])
    assert signed_in.post(layout, {**answer, "date_format": "%H"}).status_code == 400
    wrong = signed_in.post(layout, {**answer, "encoding": "utf-16"})
    assert (wrong.status_code, "not text in utf-16" in text_of(wrong)) == (400, True)
    signed_in.post(layout, answer)
    assert "1 February 2024" in text_of(signed_in.get(first.headers["Location"]))
    signed_in.post(layout, {**answer, "date_format": "%d.%m.%Y"})
    assert "No line can be read" in text_of(signed_in.get(first.headers["Location"]))


def test_lines_that_cannot_be_read_are_shown_before(signed_in, ada):
    account = account_of(ada)
    upload(signed_in, account, "Date,Text,Amount\n2024-01-01,A,-1.00\n2024-01-02,B,x\nTotal,,-1\n")
    origin = Import.objects.get()
    page = text_of(signed_in.get(reverse("ledger:import", args=[origin.uid])))
    assert "Leave out the 1 line that cannot be read" in page
    assert "the amount cannot be read" in page
    assert "a total or balance" in page
    run = reverse("ledger:run-import", args=[origin.uid])
    assert signed_in.post(run).status_code == 409
    assert signed_in.post(run, {"without_problems": "on"}).status_code == 302
    assert Transaction.objects.count() == 1


def test_what_is_no_statement_is_told_beside_the_field(signed_in, ada):
    response = upload(signed_in, account_of(ada), "%PDF-1.7")
    assert response.status_code == 400
    assert "This file is a PDF." in text_of(response)
    assert signed_in.post(reverse("ledger:new-import"), {"account": ""}).status_code == 400


def test_an_import_that_runs_and_one_that_failed_are_told(signed_in, ada):
    origin = sent(ada, account_of(ada))
    address = reverse("ledger:import", args=[origin.uid])
    Import.objects.update(state=ImportState.RUNNING)
    assert 'hx-trigger="every 2s"' in text_of(signed_in.get(address))
    Import.objects.update(state=ImportState.FAILED, error_message="The bank was closed.")
    assert "The bank was closed." in text_of(signed_in.get(address))
    assert "statement.csv" in text_of(signed_in.get(reverse("ledger:imports")))


def test_the_same_file_again_is_told(signed_in, ada):
    account = account_of(ada)
    imported(ada, account)
    page = text_of(signed_in.get(upload(signed_in, account, CSV).headers["Location"]))
    assert "You imported exactly this file on" in page


def test_transactions_are_filtered_and_changed_in_bulk(signed_in, ada):
    transaction_of(ada)
    food = category_of(ada)
    address = reverse("ledger:transactions")
    page = text_of(signed_in.get(address, {"text": "employer", "amount_from": "1"}))
    assert ("Employer" in page, "Coffee" in page) == (True, False)
    part = text_of(signed_in.get(address, {"text": "nobody"}, headers={"HX-Request": "true"}))
    assert part.startswith('<div id="transactions"')
    asked_back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert text_of(signed_in.get(address, headers=asked_back)).startswith("<!doctype html>")
    assert "No transactions for these filters." in part
    assert "wrong" in text_of(signed_in.get(address, {"booked_from": "yesterday"}))
    uids = [str(uid) for uid in Transaction.objects.values_list("uid", flat=True)]
    bulk = reverse("ledger:bulk")
    back = f"{address}?status=new"
    asked = {"transaction": uids, "do": "categorise", "category": str(food.uid), "back": back}
    assert signed_in.post(bulk, asked).headers["Location"] == back
    assert Transaction.objects.filter(category=food).count() == 3
    signed_in.post(bulk, {"transaction": uids, "do": "categorise", "category": ""})
    assert Transaction.objects.filter(category=None).count() == 3
    elsewhere = {"transaction": uids, "do": "review", "back": "https://evil.example/"}
    assert signed_in.post(bulk, elsewhere).headers["Location"] == address
    assert "No transaction was ticked" in text_of(signed_in.post(bulk, {}, follow=True))
    assert signed_in.post(bulk, {"transaction": uids, "do": "burn"}).status_code == 400
    assert signed_in.post(bulk, {"transaction": ["x"], "do": "review"}).status_code == 400


def test_a_transaction_shows_its_line_and_history_and_is_corrected(signed_in, ada):
    row = transaction_of(ada)
    address = reverse("ledger:transaction", args=[row.uid])
    assert "2024-01-15,Card 1234,Coffee &amp; Co,-12.50,87.50" in text_of(signed_in.get(address))
    data = {"booked_on": "2024-01-15", "amount": "-13.00", "payee": "Café"}
    assert signed_in.post(address, data).status_code == 302
    page = text_of(signed_in.get(address))
    assert "As the bank says" in page
    assert "corrected by ada" in page
    assert signed_in.post(address, {**data, "amount": "1.001"}).status_code == 400
    void = reverse("ledger:void", args=[row.uid])
    signed_in.post(void)
    assert "it counts in no sum" in text_of(signed_in.get(address))
    signed_in.post(void, {"restore": "1"})
    row.refresh_from_db()
    assert not row.is_void


def test_categories_and_rules_are_kept(signed_in, ada):
    transaction_of(ada)
    categories = reverse("ledger:categories")
    assert signed_in.post(categories, {"name": "Food"}).status_code == 302
    assert signed_in.post(categories, {"name": "food"}).status_code == 400
    food = Category.objects.get()
    new = reverse("ledger:new-rule")
    assert 'value="Coffee"' in text_of(signed_in.get(new, {"payee": "Coffee"}))
    data = {"category": str(food.uid), "payee_contains": "coffee", "order": "5"}
    assert signed_in.post(new, {**data, "payee_contains": ""}).status_code == 400
    assert signed_in.post(new, data).status_code == 302
    rule = Rule.objects.get()
    signed_in.post(reverse("ledger:apply-rules"))
    assert Transaction.objects.filter(category=food).count() == 2
    address = reverse("ledger:rule", args=[rule.uid])
    assert 'value="coffee"' in text_of(signed_in.get(address))
    signed_in.post(address, {**data, "payee_contains": "tea"})
    assert "payee contains “tea”" in text_of(signed_in.get(categories))
    signed_in.post(address, {"delete": "1"})
    own = reverse("ledger:category", args=[food.uid])
    assert signed_in.post(own, {"name": ""}).status_code == 400
    signed_in.post(own, {"name": "Drink"})
    assert Category.objects.get().name == "Drink"
    signed_in.post(own, {"delete": "1"})
    assert not Category.objects.exists()


def test_accounts_are_changed_and_get_statements(signed_in, ada):
    account = account_of(ada)
    account_of(ada, "Other")
    change = reverse("ledger:change-account", args=[account.uid])
    assert signed_in.post(change, {"name": "Other", "currency": "EUR"}).status_code == 400
    signed_in.post(change, {"name": "Daily", "currency": "EUR", "bank": "My Bank"})
    page = text_of(signed_in.get(reverse("ledger:account", args=[account.uid])))
    assert ("Daily" in page, "My Bank" in page) == (True, True)
    new = reverse("ledger:new-statement", args=[account.uid])
    data = {"starts_on": "2024-01-01", "ends_on": "2024-01-31", "closing": "0"}
    made = signed_in.post(new, data)
    assert "A balance is missing" in text_of(signed_in.get(made.headers["Location"]))
    assert signed_in.post(new, data).status_code == 400
    bad = {"name": "X", "currency": "12"}
    assert signed_in.post(reverse("ledger:new-account"), bad).status_code == 400


def test_exports_are_sent_with_the_filters(signed_in, ada):
    transaction_of(ada)
    address = reverse("ledger:export", args=["json"])
    response = signed_in.get(address, {"text": "employer"})
    assert response.headers["Content-Disposition"] == 'attachment; filename="transactions.json"'
    (row,) = json.loads(b"".join(response.streaming_content))
    assert row["payee"] == "Employer"


def test_the_start_page_shows_balances(signed_in, ada):
    assert "No account yet" in text_of(signed_in.get("/"))
    transaction_of(ada)
    assert "1\u00a0075.00\u00a0EUR" in text_of(signed_in.get("/"))


def test_administrators_see_rows_and_no_file(client, administrator, ada):
    transaction_of(ada)
    client.force_login(administrator)
    for name in ("account", "transaction", "statement", "import"):
        assert client.get(f"/admin/ledger/{name}/").status_code == 200
    page = text_of(client.get(f"/admin/ledger/import/{Import.objects.get().pk}/change/"))
    assert ("statement.csv" in page, "Employer" in page) == (True, False)


@pytest.fixture
def addresses(ada):
    rule_of(ada)
    for number in range(4):
        account = account_of(ada, f"Account {number}")
        lines = "".join(f"2024-01-{day:02},Coffee,{number}{day},-1.00\n" for day in range(1, 29))
        imported(ada, account, "Date,Payee,Description,Amount\n" + lines)
        origin = imported(ada, account, CSV)
    row, statement = Transaction.objects.filter(rule__isnull=False)[0], Statement.objects.all()[0]
    return {
        "dashboard": "/",
        "accounts": reverse("ledger:accounts"),
        "account": reverse("ledger:account", args=[account.uid]),
        "statement": reverse("ledger:statement", args=[statement.uid]),
        "transactions": reverse("ledger:transactions"),
        "transaction": reverse("ledger:transaction", args=[row.uid]),
        "imports": reverse("ledger:imports"),
        "import": reverse("ledger:import", args=[origin.uid]),
        "categories": reverse("ledger:categories"),
        "rule": reverse("ledger:rule", args=[row.rule.uid]),
    }


@pytest.mark.parametrize("who", ["ada", "administrator"])
def test_a_page_asks_as_often_as_noted(client, request, addresses, who):
    own = {"imports", "import", "categories", "rule"}
    client.force_login(request.getfixturevalue(who))
    for name, address in addresses.items():
        if who == "administrator" and name in own:
            continue
        with counted(FILE, f"{name} as {who}"):
            assert client.get(address).status_code == 200, name
