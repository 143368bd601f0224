"""From a document to an import and back: who may, what is kept, what is shown."""

from pathlib import Path

import pytest
from core.errors import ConflictError, NotFoundError, PermissionDeniedError
from core.models import AuditEvent
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from documents.models import Blob, Document
from documents.services import adding, changing, trash
from documents.store import blob_store
from ledger.models import Import, Transaction
from ledger.services.imports import start_import
from ledger.services.sources import import_sent, import_version
from ledger_things import CSV, account_of, imported, kept
from query_counts import counted

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
FILE = Path(__file__).with_name("queries.json")
BUTTON = "Import into the ledger"


def shown(client, document) -> str:
    return client.get(reverse("documents:detail", args=[document.uid])).content.decode()


def test_a_document_becomes_transactions_that_lead_back_to_it(client, ada):
    client.force_login(ada)
    account, document = account_of(ada), kept(ada)
    assert BUTTON in shown(client, document)
    start = reverse("ledger:import-version", args=[document.version.uid])
    assert "statement.csv" in client.get(start).content.decode()
    preview = client.post(start, {"account": str(account.uid)}).headers["Location"]
    page = client.get(preview).content.decode()
    assert "From the document" in page
    assert "15 January 2024" in page
    origin = Import.objects.get()
    client.post(reverse("ledger:run-import", args=[origin.uid]))
    assert set(Transaction.objects.values_list("source_uid", "source_line")) == {
        (document.version.uid, line) for line in (2, 3, 4)
    }
    row = Transaction.objects.get(source_line=4)
    page = client.get(reverse("ledger:transaction", args=[row.uid])).content.decode()
    assert reverse("documents:detail", args=[document.uid]) in page
    assert "version 1, line 4" in page
    listed = shown(client, document)
    assert reverse("ledger:import", args=[origin.uid]) in listed
    assert "3 new, 0 known" in listed


def test_an_import_of_an_older_version_stays_listed(client, ada):
    client.force_login(ada)
    document = kept(ada)
    origin = import_version(actor=ada, version_uid=document.version.uid, account=account_of(ada))
    adding.add_version(
        actor=ada, document=document, sent=adding.receive([b"plain words"], "note.md")
    )
    page = shown(client, document)
    assert reverse("ledger:import", args=[origin.uid]) in page
    assert BUTTON not in page


def test_what_is_no_statement_has_no_button_and_is_refused(client, ada):
    client.force_login(ada)
    note = kept(ada, "note.md", "# Words")
    assert BUTTON not in shown(client, note)
    start = reverse("ledger:import-version", args=[note.version.uid])
    assert client.get(start).status_code == 415
    page = kept(ada, "data.xml", "<?xml version='1.0'?><a>1</a>")
    start = reverse("ledger:import-version", args=[page.version.uid])
    response = client.post(start, {"account": str(account_of(ada).uid)})
    assert response.status_code == 400
    assert "neither OFX nor CAMT.053" in response.content.decode()
    assert not Import.objects.exists()


def test_a_document_in_the_trash_has_no_button_and_is_refused(client, ada):
    client.force_login(ada)
    document = trash.trash(actor=ada, document=kept(ada))
    assert BUTTON not in shown(client, document)
    with pytest.raises(ConflictError, match="in the trash"):
        import_version(actor=ada, version_uid=document.version.uid, account=account_of(ada))


def test_only_who_sees_the_document_and_owns_the_account_may(client, ada, stranger):
    group = Group.objects.create(name="household")
    ada.groups.add(group)
    document = kept(ada)
    with pytest.raises(NotFoundError):
        import_version(
            actor=stranger, version_uid=document.version.uid, account=account_of(stranger)
        )
    foreign = account_of(stranger, "B")
    with pytest.raises(PermissionDeniedError):
        import_version(actor=ada, version_uid=document.version.uid, account=foreign)
    stranger.groups.add(group)
    changing.share(actor=ada, document=document, groups=[group], everyone=False)
    stranger = User.objects.get(pk=stranger.pk)  # who somebody is, is asked once a request
    own = account_of(stranger, "C")
    import_version(actor=stranger, version_uid=document.version.uid, account=own)
    client.force_login(ada)
    start = reverse("ledger:import-version", args=[document.version.uid])
    assert client.post(start, {"account": str(own.uid)}).status_code == 400
    assert "Your imports from this document" not in shown(client, document), "the stranger's own"


def test_a_reader_of_the_account_is_not_told_of_a_document_that_is_not_theirs(
    client, ada, stranger
):
    group = Group.objects.create(name="household")
    for person in (ada, stranger):
        person.groups.add(group)
    account = account_of(ada, groups=[group])
    document = kept(ada, "Hidden treasure.csv")
    imported_from(ada, document, account)
    row = Transaction.objects.first()
    client.force_login(stranger)
    page = client.get(reverse("ledger:transaction", args=[row.uid]))
    assert page.status_code == 200
    assert str(document.uid) not in page.content.decode()


def imported_from(owner, document, account):

    origin = import_version(actor=owner, version_uid=document.version.uid, account=account)
    return start_import(actor=owner, origin=origin, without_problems=False)


def test_what_is_sent_to_the_ledger_is_kept_as_a_document_once(client, ada):
    client.force_login(ada)
    account = account_of(ada)
    for _ in range(2):
        file = SimpleUploadedFile("statement.csv", CSV.encode())
        data = {"file": file, "account": str(account.uid)}
        assert client.post(reverse("ledger:new-import"), data).status_code == 302
    (document,) = Document.objects.all()
    uids = set(Import.objects.values_list("document_uid", flat=True))
    assert uids == {document.version.uid}
    assert AuditEvent.objects.filter(object_uid=document.uid, verb="added").count() == 1


def test_what_the_ledger_refuses_leaves_no_document(client, ada):
    client.force_login(ada)
    file = SimpleUploadedFile("words.csv", b"%PDF-1.4 no statement")
    data = {"file": file, "account": str(account_of(ada).uid)}
    assert client.post(reverse("ledger:new-import"), data).status_code == 400
    assert (Document.objects.count(), Import.objects.count()) == (0, 0)
    assert not list((blob_store().root / "incoming").iterdir())


def test_a_file_that_documents_refuse_is_kept_with_the_import_alone(ada):
    origin = import_sent(
        actor=ada, chunks=[CSV.encode()], filename="statement.dat", account=account_of(ada)
    )
    assert origin.document_uid is None
    assert not Document.objects.exists()


def test_a_twin_in_the_trash_is_not_linked(ada):
    old = trash.trash(actor=ada, document=kept(ada))
    origin = import_sent(
        actor=ada, chunks=[CSV.encode()], filename="again.csv", account=account_of(ada)
    )
    assert origin.document_uid not in (None, old.version.uid)


def test_a_file_missing_from_the_store_is_told(ada):
    document = kept(ada)
    blob_store().path(Blob.objects.get().sha256).unlink()
    with pytest.raises(ConflictError, match="missing from the store"):
        import_version(actor=ada, version_uid=document.version.uid, account=account_of(ada))


def test_the_page_that_begins_an_import_asks_as_often_as_noted(client, ada):
    client.force_login(ada)
    document = kept(ada)
    account = account_of(ada)
    imported(ada, account)
    imported_from(ada, document, account)
    with counted(FILE, "import-version as ada"):
        client.get(reverse("ledger:import-version", args=[document.version.uid]))
    with counted(FILE, "import from a document as ada"):
        client.get(reverse("ledger:import", args=[Import.objects.order_by("id").last().uid]))
