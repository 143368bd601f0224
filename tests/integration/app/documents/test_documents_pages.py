"""The pages of documents, as people and programs ask for them."""

from io import BytesIO
from pathlib import Path

import document_files as files
import pytest
from core.models import Job
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone
from documents.models import Document, DocumentType, Rendition
from documents.services import changing, reading
from documents.services.types import save_type
from query_counts import counted

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
FILE = Path(__file__).with_name("queries.json")
UPLOAD = "/documents/upload/"


def upload_of(content: bytes, name: str) -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def page(uid, name="detail") -> str:
    return reverse(f"documents:{name}", kwargs={"uid": uid})


def test_many_files_are_sent_by_a_plain_form(signed_in, settings):
    settings.UPLOAD_LIMIT = 5000
    sent = [
        upload_of(files.pdf("Invoice"), "Invoice.pdf"),
        upload_of(b"MZ program", "tool.pdf"),
        upload_of(b"x" * 6000, "long.txt"),
        upload_of(b"words", "note.txt"),
        upload_of(b"words", "twin.txt"),
    ]
    response = signed_in.post(UPLOAD, {"files": sent})
    shown = response.content.decode()
    assert response.status_code == 201
    assert sorted(Document.objects.values_list("title", flat=True)) == ["Invoice", "note"]
    for code in ("executable", "too_large", "duplicate"):
        assert f"({code})" in shown
    assert not list((Path(settings.MEDIA_ROOT) / "incoming").iterdir())


def test_a_script_gets_rows_and_a_program_json(signed_in):
    file = upload_of(b"words", "note.txt")
    row = signed_in.post(UPLOAD, {"files": [file]}, headers={"x-upload-row": "1"})
    shown = row.content.decode()
    assert "<html" not in shown
    state = page(Document.objects.get().uid, "upload-state")
    assert f'hx-get="{state}"' in shown
    reading.read_text(version_uid=Document.objects.get().version.uid)
    assert "hx-get" not in signed_in.get(state).content.decode()
    json = {"accept": "application/json"}
    twin = signed_in.post(UPLOAD, {"files": [upload_of(b"words", "b.txt")]}, headers=json)
    told = twin.json()["files"][0]
    assert (twin.status_code, told["state"]) == (409, "refused")
    assert told["problem"]["twin"] == str(Document.objects.get().uid)
    new = {"files": [upload_of(b"words", "b.txt")], "on_duplicate": "new"}
    assert signed_in.post(UPLOAD, new, headers=json).json()["files"][0]["state"] == "added"
    wrong = {"files": [upload_of(b"words", "b.txt")], "on_duplicate": "maybe"}
    assert signed_in.post(UPLOAD, wrong, headers=json).status_code == 400


def test_the_token_is_asked_for_although_the_handler_comes_first(ada, settings):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert client.post(UPLOAD, {"files": [upload_of(b"a", "a.txt")]}).status_code == 403
    assert Document.objects.count() == 0
    assert not list(Path(settings.MEDIA_ROOT).rglob("incoming/*"))
    client.get(UPLOAD)
    token = client.cookies["csrftoken"].value
    sent = {"files": [upload_of(b"a", "a.txt")], "csrfmiddlewaretoken": token}
    assert client.post(UPLOAD, sent).status_code == 201


def test_an_upload_that_broke_off_is_not_there(signed_in, settings):
    body = encode_multipart(BOUNDARY, {"files": upload_of(b"words " * 50_000, "long.txt")})
    for kept in (len(body) // 2, len(body) - 60):
        broken = {"wsgi.input": BytesIO(body[:kept]), "CONTENT_LENGTH": str(len(body))}
        json = {"accept": "application/json"}
        response = signed_in.generic(
            "POST", UPLOAD, b"-", content_type=MULTIPART_CONTENT, headers=json, **broken
        )
        assert (response.status_code, response.json()["code"]) == (400, "cut_off")
    assert Document.objects.count() == 0
    assert not list(Path(settings.MEDIA_ROOT).rglob("incoming/*"))
    whole = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    sent = signed_in.generic("POST", UPLOAD, b"-", content_type=MULTIPART_CONTENT, **whole)
    assert sent.status_code == 201


def test_administrators_define_types_and_see_the_rest(client, administrator, ada, add):
    document = add(ada, b"words")
    client.force_login(administrator)
    address = "/admin/documents/documenttype/add/"
    form = {"name": "Bill", "trash_days": "5", "schema": '{"type": "array"}'}
    assert "the type must be" in client.post(address, form).content.decode()
    form["schema"] = '{"type": "object", "properties": {"number": {"type": "string"}}}'
    assert client.post(address, form).status_code == 302
    assert DocumentType.objects.get(name="Bill").trash_days == 5
    for name, pk in (("document", document.pk), ("blob", document.version.blob.pk)):
        assert client.get(f"/admin/documents/{name}/").status_code == 200
        assert client.get(f"/admin/documents/{name}/{pk}/change/").status_code == 200
        assert client.post(f"/admin/documents/{name}/{pk}/delete/").status_code == 403


def test_nobodys_upload_is_not_received(client, settings):
    response = client.post(UPLOAD, {"files": [upload_of(b"a", "a.txt")]})
    assert response.status_code == 302
    assert not (Path(settings.MEDIA_ROOT) / "incoming").exists()


def test_files_are_sent_so_that_nothing_of_them_runs(signed_in, ada, add):
    document = add(ada, b"<html><script>alert(1)</script>words</html>", "page.html")
    reading.make_preview(version_uid=document.version.uid)
    saved = signed_in.get(page(document.version.uid, "download"))
    assert saved.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    made = Rendition.objects.get(kind="preview")
    shown = signed_in.get(page(made.uid, "rendition"))
    body = b"".join(shown.streaming_content)
    assert b"words" in body
    assert b"script" not in body
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    for response in (saved, shown):
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert page(made.uid, "rendition") in signed_in.get(page(document.uid)).content.decode()


def test_a_document_is_changed_on_its_page(signed_in, ada, add, administrator):
    schema = {
        "type": "object",
        "properties": {
            "number": {"type": "string"},
            "due": {"type": "string", "format": "date"},
            "pages": {"type": "integer"},
            "state": {"type": "string", "enum": ["open", "paid"]},
            "paid": {"type": "boolean"},
        },
        "required": ["number"],
    }
    bill = save_type(actor=administrator, document_type=DocumentType(name="Bill", schema=schema))
    document = add(ada, files.docx("words"), "a.docx")
    for name, data in (
        ("rename", {"title": "Another title"}),
        ("tags", {"tags": "Tax, Car"}),
        ("share", {"everyone": "on"}),
        ("convert", {"to": "html"}),
        ("read-again", {}),
    ):
        assert signed_in.post(page(document.uid, name), data).status_code == 302
    chosen = {"document_type": bill.pk}
    missing = signed_in.post(page(document.uid, "describe"), chosen, follow=True)
    assert "required" in missing.content.decode()
    changing.describe(actor=ada, document=document, document_type=bill, metadata={"number": "1"})
    fields = {"field-number": "R1", "field-due": "2026-12-31", "field-pages": "2"}
    chosen |= {**fields, "field-state": "paid", "field-paid": "on"}
    signed_in.post(page(document.uid, "describe"), chosen)
    document.refresh_from_db()
    expected = {"number": "R1", "due": "2026-12-31", "pages": 2, "state": "paid", "paid": True}
    assert document.metadata == expected
    assert document.readers == [0, 2 * ada.pk]
    assert Job.objects.filter(kind="documents.convert").exists()
    shown = signed_in.get(page(document.uid)).content.decode()
    for words in ("Another title", "Tax", "2026-12-31", "ada shared", "Make PDF"):
        assert words in shown, words
    wrong = signed_in.post(page(document.uid, "rename"), {"title": " "}, follow=True)
    assert "Give a title" in wrong.content.decode()
    version = {"file": upload_of(b"two", "two.txt"), "comment": "new"}
    assert signed_in.post(page(document.uid, "new-version"), version).status_code == 302
    assert "2: two.txt" in signed_in.get(page(document.uid)).content.decode()


def test_trash_restore_and_bulk_by_pages(signed_in, ada, add):
    uids = [str(add(ada, words).uid) for words in (b"one", b"two")]
    bulk = reverse("documents:bulk")
    said = signed_in.post(bulk, {"action": "trash", "uid": uids}, follow=True).content.decode()
    assert "2 documents moved to the trash" in said
    assert signed_in.get(reverse("documents:trash")).content.decode().count('name="uid"') == 2
    assert signed_in.post(page(uids[0], "restore")).status_code == 302
    assert signed_in.post(page(uids[1], "purge")).headers["Location"] == "/documents/trash/"
    said = signed_in.post(bulk, {"action": "restore", "uid": uids}, follow=True).content.decode()
    assert "2 documents not changed" in said or "1 document not changed" in said
    assert signed_in.post(bulk, {"action": "trash", "uid": ["x"]}).status_code == 400


def test_a_list_is_narrowed(signed_in, ada, add):
    add(ada, files.pdf("a"), "Invoice March.pdf")
    note = add(ada, b"words", "Shopping.txt")
    changing.set_tags(actor=ada, document=note, names=["Food"])
    for query, found in (
        ("q=invoice+mar", {"Invoice March"}),
        ("tag=food", {"Shopping"}),
        ("kind=pdf&order=title", {"Invoice March"}),
        ("since=2000-01-01&until=2001-01-01", set()),
        ("type=999999&since=nonsense", {"Invoice March", "Shopping"}),
    ):
        shown = signed_in.get(f"/documents/?{query}").content.decode()
        assert {t for t in ("Invoice March", "Shopping") if f">{t}</a>" in shown} == found, query


@pytest.mark.parametrize("who", ["ada", "administrator"])
@pytest.mark.parametrize("address", ["/documents/", "/documents/trash/", "detail"])
def test_a_page_asks_as_often_as_noted(client, request, add, who, address):
    user = request.getfixturevalue(who)
    for number in range(30):
        document = add(user, b"%d" % number, f"{number}.txt")
        changing.set_tags(actor=user, document=document, names=["a", str(number)])
    if address == "/documents/trash/":
        Document.objects.update(trashed_at=timezone.now())
    path = page(document.uid) if address == "detail" else address
    client.force_login(user)
    most = 16 if address == "detail" else 10
    with counted(FILE, f"{address} as {who}", most):
        assert client.get(path).status_code == 200
