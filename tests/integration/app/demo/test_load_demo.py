"""The invented household: whole through the services, once, beside people's own, and away again."""

import io
from collections import Counter

import pytest
from core.models import AuditEvent, Job
from demo.contents import items
from demo.household import HOLDINGS
from demo.services import loading
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from documents.models import Blob, Document, DocumentType, Version
from documents.services import adding, trash
from documents.services.types import save_type
from ledger.models import Account, Category, Import, ImportState, Statement, Transaction
from ledger.selectors.reconciliation import reconciliation_of
from ledger_things import account_of, imported

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
FILES = [
    item
    for item in items("small", 1)
    if item.holding is None or item.name.startswith(("2025-07", "2025-12"))
]
"""All but the statements of four months."""


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("load_demo", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def few(monkeypatch):
    """Only the files of the first month."""
    some = [item for item in FILES if item.name.startswith(("2025-07", "Invoice"))][:8]
    monkeypatch.setattr(loading, "items", lambda size, seed: iter(some))
    return some


def test_everything_comes_through_the_services_once_and_goes_again(ada, monkeypatch):
    monkeypatch.setattr(loading, "items", lambda size, seed: iter(FILES))
    imported(ada, account_of(ada))
    own = adding.add_document(actor=ada, sent=adding.receive([b"own words"], "own.txt"))
    said = run()
    assert "1 documents of other people stay as they are." in said
    demo = User.objects.get(username="demo")
    documents = Document.objects.filter(owner=demo)
    assert documents.count() == len(FILES)
    kinds = Counter(documents.values_list("current_version__kind", flat=True))
    assert set(kinds) == {"csv", "ofx", "xml", "pdf", "png", "text", "docx", "markdown", "xlsx"}
    assert Job.objects.filter(owner=demo, kind="documents.extract").count() == len(FILES)
    described = documents.filter(document_type__name="Invoice")
    assert described.count() == 24
    assert all(each.metadata["payee"] for each in described)
    assert AuditEvent.objects.filter(actor_label="demo", verb="added").count() == len(FILES)
    _agrees(demo)
    before = _counts()
    assert "0 added" in run()
    assert _counts() == before
    assert f"Removed {len(FILES)} documents" in run("--remove")
    assert list(Document.objects.all()) == [own]
    assert set(Transaction.objects.values_list("account__owner__username", flat=True)) == {"ada"}
    assert not Account.objects.filter(owner=demo).exists()
    assert not User.objects.get(username="demo").is_active


def _agrees(demo):
    imports = Import.objects.filter(owner=demo)
    assert set(imports.values_list("state", flat=True)) == {ImportState.DONE}
    assert imports.count() == 2 * len(HOLDINGS)
    rows = Transaction.objects.filter(account__owner=demo)
    expected = sum(
        sum(1 for _ in p.movements) for item in FILES if item.holding for p in [item.make.args[1]]
    )
    assert rows.count() == expected
    versions = Version.objects.filter(document__owner=demo).values_list("uid", flat=True)
    assert set(rows.values_list("source_uid", flat=True)) <= set(versions)
    assert rows.filter(category__isnull=False).count() > rows.count() / 2
    known = Statement.objects.filter(opening__isnull=False, closing__isnull=False)
    known = known.filter(account__owner=demo)
    assert {reconciliation_of(each).difference for each in known} == {0}
    assert known.filter(account__bank="Alpenkasse", reconciled_at__isnull=False).count() == 1
    assert known.filter(account__bank="Alpenkasse", reconciled_at__isnull=True).count() == 1


def _counts():
    models = (Document, Version, Blob, Transaction, Import, Statement, Category, Job, AuditEvent)
    return [model.objects.count() for model in (*models, Account, DocumentType, User)]


def test_a_run_that_broke_off_left_whole_files_and_the_next_one_goes_on(few, monkeypatch):
    made = iter(range(100))
    real = loading.start_import

    def breaks(**given):
        if next(made) == 2:
            raise KeyboardInterrupt
        return real(**given)

    monkeypatch.setattr(loading, "start_import", breaks)
    with pytest.raises(KeyboardInterrupt):
        run()
    left = Document.objects.count()
    assert 0 < left < len(few)
    statements = Document.objects.filter(document_type__name="Statement").count()
    assert Import.objects.filter(state=ImportState.DONE).count() == statements
    monkeypatch.setattr(loading, "start_import", real)
    assert f"{len(few) - left} added" in run()
    assert Document.objects.count() == len(few)


def test_an_account_of_that_name_that_a_person_made_is_left_alone(few):
    person = User.objects.create_user("demo", password="a-person-of-that-name")
    with pytest.raises(CommandError, match="Somebody has an account demo already"):
        run()
    assert "There is nothing to remove" in run("--remove")
    person.refresh_from_db()
    assert person.is_active
    assert not Document.objects.exists()


def test_it_is_refused_where_people_keep_their_documents_unless_told(few, settings, monkeypatch):
    monkeypatch.setattr(type(settings.LEDGERFLOW), "is_live", property(lambda _: True))
    with pytest.raises(CommandError, match="--beside-own-documents"):
        run()
    assert not User.objects.exists()
    said = run("--beside-own-documents")
    assert "changepassword demo" in said
    assert not User.objects.get(username="demo").has_usable_password()


def test_types_that_an_administrator_made_otherwise_stay_so(few):
    whole = {"type": "object", "properties": {"number": {"type": "integer"}}}
    for name, schema in (("Invoice", whole), ("Statement", {})):
        kept, _ = DocumentType.objects.get_or_create(name=name)
        kept.schema = schema
        save_type(actor=None, document_type=kept)
    DocumentType.objects.filter(name="Contract").delete()
    run()
    assert DocumentType.objects.get(name="Invoice").schema == whole
    assert DocumentType.objects.filter(name="Contract").exists()
    found = Document.objects.filter(document_type__isnull=False)
    assert found.count() == len(few)
    assert all(each.metadata == {} for each in found)


def test_a_file_of_the_household_that_is_in_the_trash_is_not_added_again(few):
    run()
    demo = User.objects.get(username="demo")
    trash.trash(actor=demo, document=Document.objects.first())
    assert "0 added" in run()
