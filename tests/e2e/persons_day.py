"""What a person does with LedgerFlow in a day, by what the pages show: labels, buttons, links."""

import re
from dataclasses import dataclass
from functools import cached_property

import document_files as files
from browser import Window, words
from looks import focused
from playwright.sync_api import Page, expect

PASSWORD = "ledgerflow"
PAYEE = "Petty Cash Stationers"
"""Somebody of whom the stand-in's search engine knows a page, without the internet."""
UPLOAD_SPEED = 60_000
"""Bytes a second, so that progress can be seen."""
MOST_TABS = 80
LETTERS = str.maketrans("0123456789", "abcdefghij")
"""Words without digits are nowhere near a title, which the search would find by its likeness."""

CSV = """\
Date;Payee;Description;Amount;Balance
2026-01-02;Employer;Salary {word};2.100,00;3.100,00
2026-01-05;{payee};Envelopes and pens;-17,30;3.082,70
2026-01-09;Harbour Bakery;Bread;-4,20;3.078,50
"""
OFX = """\
OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260201<LANGUAGE>ENG\
</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>10010010<ACCTID>{number}<ACCTTYPE>SAVINGS</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260101<DTEND>20260131
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260115<TRNAMT>250.00<FITID>S-1<NAME>Set aside \
<MEMO>{word}</STMTTRN>
<STMTTRN><TRNTYPE>INT<DTPOSTED>20260131<TRNAMT>1.25<FITID>S-2<NAME>Interest</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1251.25<DTASOF>20260131</LEDGERBAL></STMTRS></STMTTRNRS>\
</BANKMSGSRSV1></OFX>
"""


@dataclass(frozen=True)
class Papers:
    """The files of a day; the mark keeps those of one day from another's."""

    mark: int

    def word(self, kind: str) -> str:
        """Return the word that stands in one of the files only."""
        return f"{kind}quill{str(self.mark).translate(LETTERS)}"

    def title(self, kind: str) -> str:
        """Return what the document of a file is called."""
        names = {"pdf": "Invoice", "docx": "Lease", "csv": "January", "ofx": "Savings"}
        return f"{names[kind]} {self.mark}"

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Return the content by kind."""
        padding = b"<< /Length 120000 >>\nstream\n" + b" " * 120_000 + b"\nendstream"
        first = f"Invoice of {PAYEE}, {self.word('pdf')}, 17.30 EUR"
        texts = {"payee": PAYEE, "number": f"7000{self.mark}"}
        return {
            "pdf": files.pdf(first, "Second page, with thanks", extra=padding),
            "docx": files.docx(f"The tenancy {self.word('docx')} begins in May."),
            "csv": CSV.format(word=self.word("csv"), **texts).encode("cp1252"),
            "ofx": OFX.format(word=self.word("ofx"), **texts).encode("cp1252"),
        }

    def sent(self, kind: str) -> dict[str, object]:
        """Return a file as the browser is told to choose it."""
        name = f"{self.title(kind)}.{kind}"
        kinds = {"pdf": "application/pdf", "csv": "text/csv"}
        media = kinds.get(kind, "application/octet-stream")
        return {"name": name, "mimeType": media, "buffer": self.files[kind]}


class Person:
    """Somebody before a window."""

    def __init__(self, window: Window, papers: Papers) -> None:
        self.window, self.papers = window, papers
        self.page: Page = window.page

    def press(self, name: str, *, role: str = "button") -> None:
        """Press the one button, or follow the one link, of that name."""
        self.page.get_by_role(role, name=name, exact=True).click()

    def go(self, name: str) -> None:
        """Follow a link of the menu."""
        self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)

    def expect_words(self, text: str) -> None:
        """Wait until the page says this."""
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def sign_in(self) -> None:
        """Sign in at the page that everybody is sent to."""
        self.window.open("/")
        self.page.get_by_label("Username").fill("admin")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.window.shot("log-in")
        self.press("Log in")
        expect(self.page.get_by_role("heading", name="Dashboard")).to_be_visible()
        self.window.shot("dashboard")

    def upload(self) -> None:
        """Send four files in one go, and see how far each is until all are read."""
        self.go("Documents")
        self.press("Upload", role="link")
        self.window.shot("upload")
        kinds = list(self.papers.files)
        self.page.get_by_label("Files", exact=True).set_input_files(
            [self.papers.sent(k) for k in kinds]
        )
        slow = self.page.context.new_cdp_session(self.page)
        slow.send("Network.enable")
        limits = {"offline": False, "latency": 0, "downloadThroughput": -1}
        slow.send("Network.emulateNetworkConditions", {**limits, "uploadThroughput": UPLOAD_SPEED})
        self.press("Upload")
        rows = self.page.get_by_role("listitem").filter(has=self.page.get_by_role("progressbar"))
        bar = self.page.get_by_role("progressbar", name=f"Upload of {self.papers.title('pdf')}.pdf")
        self.page.wait_for_function("b => b.value > 0 && b.value < 100", arg=bar.element_handle())
        self.window.shot("uploading")
        slow.send("Network.emulateNetworkConditions", {**limits, "uploadThroughput": -1})
        expect(rows).to_have_count(0)
        for kind in kinds:
            row = self.page.get_by_role("listitem").filter(has_text=self.papers.title(kind))
            expect(row.get_by_text("Added", exact=True)).to_be_visible()
            expect(row.get_by_text("Read", exact=True)).to_be_visible()
        self.window.shot("uploaded")

    def find(self, word: str, title: str) -> None:
        """Find a document by a word of its text, shown in a snippet."""
        self.go("Search")
        self.page.get_by_label("Words").fill(word)
        self.press("Search")
        self.expect_words("1 found")
        result = self.page.get_by_role("listitem").filter(has=self.page.locator("h2"))
        expect(result.get_by_role("link", name=title)).to_be_visible()
        expect(result.locator("mark")).to_have_text(words(word))

    def find_nothing(self, word: str) -> None:
        """See that a word is found nowhere."""
        self.go("Search")
        self.page.get_by_label("Words").fill(word)
        self.press("Search")
        self.expect_words("Nothing is found.")

    def find_each(self) -> None:
        """Find a word of each of the four files."""
        for kind in self.papers.files:
            word = self.papers.word(kind)
            self.find(word, self.papers.title(kind))
        self.window.shot("found")

    def open_document(self, kind: str) -> None:
        """Open a document from the list."""
        self.go("Documents")
        self.press(self.papers.title(kind), role="link")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.papers.title(kind))

    def see_previews(self) -> None:
        """See the first page of the invoice and the words of the lease."""
        self.open_document("pdf")
        picture = self.page.get_by_role("img", name="Page 1")
        self._until_made(lambda: picture.count() > 0)
        drawn = "i => i.complete && i.naturalWidth > 100"
        self.page.wait_for_function(drawn, arg=picture.element_handle())
        self.window.shot("invoice")
        self.open_document("docx")
        frame = self.page.locator("iframe.preview")
        self._until_made(lambda: frame.count() > 0)
        inside = self.page.frame_locator("iframe.preview").locator("body")
        expect(inside).to_contain_text(self.papers.word("docx"))
        self.window.shot("lease")

    def _until_made(self, is_there) -> None:
        for _ in range(120):
            if is_there():
                return
            self.page.wait_for_timeout(500)
            self.page.reload()
        raise AssertionError(f"no preview of {self.page.url}")

    def add_account(self) -> str:
        """Add the account that the CSV file is of; return its name."""
        name = f"Everyday {self.papers.mark}"
        self.go("Accounts")
        self.press("Add an account", role="link")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Currency").fill("EUR")
        self.window.shot("new-account")
        self.press("Save")
        return name

    def import_table(self, account: str) -> None:
        """Import the CSV statement from its document, after seeing how it is read."""
        self.open_document("csv")
        self.press("Import into the ledger", role="link")
        field = self.page.get_by_label("Account")
        option = field.get_by_role("option").filter(has_text=account)
        field.select_option(option.get_attribute("value"))
        self.press("Look at it")
        self._import("csv", 3)

    def import_for_new_account(self, account: str) -> None:
        """Import the OFX statement, which says itself of which account it is: of an unknown one."""
        self.open_document("ofx")
        self.press("Import into the ledger", role="link")
        self.press("Look at it")
        self.expect_words("You have no account with")
        self.window.shot("no-account")
        self.press("Add this account", role="link")
        self.page.get_by_label("Name").fill(account)
        self.press("Save")
        self.expect_words(f"{account} is added.")
        self.open_document("ofx")
        self.page.get_by_role("region", name="Ledger").get_by_role("listitem").get_by_role(
            "link"
        ).click()
        self._import("ofx", 2)

    def _import(self, kind: str, number: int) -> None:
        self.expect_words("New transactions")
        self.window.shot(f"import-{kind}")
        self.press("Import")
        self.expect_words(f"{number} new transactions")
        self.window.shot(f"imported-{kind}")

    def review(self, account: str, number: int) -> None:
        """Mark the new transactions of an account as reviewed."""
        self.press("Review the new ones", role="link")
        self.expect_words("transactions;")
        if "account=" not in self.page.url:
            self.page.get_by_label("Account").select_option(label=f"{account} (EUR)")
            self.page.wait_for_url(re.compile("account=[0-9a-f]"))
        self.expect_words(f"{number} transactions;")
        boxes = self.page.get_by_role("table").get_by_role("checkbox")
        for box in boxes.all():
            box.check()
        self.window.shot("to-review")
        self.press("Mark as reviewed")
        self.expect_words("No transactions for these filters")

    def reconcile(self, account: str, opening: str = "") -> None:
        """Reconcile the one statement of an account, typing in a balance that the file lacks."""
        self.go("Accounts")
        self.page.get_by_role("link", name=account).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(account)
        self.window.shot("account")
        self.page.get_by_role("table").get_by_role("link").first.click()
        if opening:
            self.expect_words("A balance is missing")
            self.page.get_by_label("Opening balance").fill(opening)
            self.window.shot("balance-missing")
            self.press("Save")
        self.expect_words("The transactions agree with the balances.")
        self.window.shot("agrees")
        self.press("Reconcile")
        self.expect_words("Reconciled on")
        self.window.shot("reconciled")

    def look_payee_up(self) -> None:
        """Ask the web who a payee is."""
        self.go("Transactions")
        everyday = f"Everyday {self.papers.mark} (EUR)"
        self.page.get_by_label("Account").select_option(label=everyday)
        self.page.get_by_label("Words").fill(PAYEE)
        self.press("Show")
        self.expect_words("1 transaction;")
        self.window.shot("transactions")
        self.page.get_by_role("link", name=PAYEE).first.click()
        self.window.shot("transaction")
        self.press("Look the payee up")
        self.expect_words("Asked in the web")
        answer = self.page.get_by_role("main").get_by_role("list").get_by_role("link")
        expect(answer.filter(has_text=words("petty cash")).first).to_be_visible()
        self.window.shot("payee")

    def add_version(self) -> None:
        """Add a version of the lease: its words are found then, the old ones no more."""
        new = self.papers.word("new")
        self.open_document("docx")
        self.page.get_by_text("Add a version").click()
        content = files.docx(f"The tenancy {new} begins in June.")
        media = "application/octet-stream"
        chosen = {"name": "Lease, second.docx", "mimeType": media, "buffer": content}
        self.page.get_by_label("File", exact=True).set_input_files(chosen)
        self.page.get_by_label("What changed").fill("Begins a month later")
        self.press("Add the version")
        self.expect_words("2: Lease, second.docx")
        state = self.page.get_by_role("region", name="Text").get_by_text("Read", exact=True)
        self._until_made(lambda: state.count() > 0)
        self.window.shot("two-versions")
        self.find(new, self.papers.title("docx"))
        self.find_nothing(self.papers.word("docx"))
        self.window.shot("nothing-found")

    def trash_and_restore(self) -> None:
        """Throw the invoice away, and take it out of the trash again."""
        word, title = self.papers.word("pdf"), self.papers.title("pdf")
        self.open_document("pdf")
        self.press("Move to the trash")
        self.find_nothing(word)
        self.go("Documents")
        self.press("Trash", role="link")
        self.page.get_by_role("checkbox", name=f"Choose {title}").check()
        self.window.shot("trash")
        self.press("Restore")
        self.find(word, title)

    def look_around(self) -> None:
        """See the pages that were not on the way."""
        for name in ("Documents", "Tools", "Jobs", "Dashboard"):
            self.go(name)
            self.window.shot(name.lower())
        self.press("admin", role="link")
        self.window.shot("preferences")
        for address in ("ledger/categories/", "ledger/rules/new/", "ledger/imports/", "status/"):
            self.window.open(f"/{address}")
            self.window.shot(address.strip("/").replace("/", "-"))

    def send(self, kind: str) -> None:
        """Send one file by the plain form, and open it when it is read."""
        self.go("Documents")
        self.press("Upload", role="link")
        self.page.get_by_label("Files", exact=True).set_input_files([self.papers.sent(kind)])
        self.press("Upload")
        self.press(self.papers.title(kind), role="link")
        state = self.page.get_by_role("region", name="Text").get_by_text("Read", exact=True)
        self._until_made(lambda: state.count() > 0)

    def find_by_keyboard(self) -> None:
        """Sign in, search and open a document with Tab and Enter alone."""
        title, keyboard = self.papers.title("csv"), self.page.keyboard
        self.sign_in()
        self.send("csv")
        self.press("Log out")
        expect(self.page.get_by_role("heading", name="Log in")).to_be_visible()
        self.tab_to("Username", "input")
        keyboard.type("admin")
        self.tab_to("Password", "input")
        keyboard.type(PASSWORD)
        keyboard.press("Enter")
        self.expect_words("Dashboard")
        self.tab_to("Skip to the content", "a")
        self.window.shot("skip-link")
        self.tab_to("Search", "a")
        keyboard.press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Search")
        self.tab_to("Words", "input")
        keyboard.type(self.papers.word("csv"))
        keyboard.press("Enter")
        self.expect_words(" found")
        self.tab_to(title, "a")
        self.window.shot("result-by-keyboard")
        keyboard.press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        self.window.shot("document-by-keyboard")

    def read_without_scripts(self) -> None:
        """Send, find and read a document where no script runs."""
        title = self.papers.title("pdf")
        self.sign_in()
        self.send("pdf")
        picture = self.page.get_by_role("img", name="Page 1")
        self._until_made(lambda: picture.count() > 0)
        self.page.get_by_text("Show the text").click()
        self.expect_words(self.papers.word("pdf"))
        expect(picture).to_be_visible()
        self.window.shot("document")
        self.find(self.papers.word("pdf"), title)
        self.window.shot("found")
        self.press(title, role="link")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        for name in ("Documents", "Transactions", "Accounts", "Tools", "Jobs", "Dashboard"):
            self.go(name)
            self.window.shot(name.lower())

    def tab_to(self, name: str, tag: str) -> None:
        """Press Tab until what has that name has the keyboard, which must show on the way."""
        for _ in range(MOST_TABS):
            found = focused(self.page)
            if found and found["tag"] == tag and name.casefold() in str(found["name"]).casefold():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {name} on {self.page.url}")
