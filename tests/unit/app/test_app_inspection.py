"""What a file is, by its bytes, name and declaration."""

import unicodedata

import document_files as files
import pytest
from core.errors import UnsupportedTypeError
from documents.inspection.inspect import inspect
from documents.inspection.names import clean_name
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit
GOOD = {
    "a.pdf": (files.pdf("a"), "pdf"),
    "a.docx": (files.docx("a"), "docx"),
    "a.xlsx": (files.xlsx(("a",)), "xlsx"),
    "a.html": (b"<!doctype html><p>a", "html"),
    "a.md": (b"# a", "markdown"),
    "a.csv": ("Datum;Betrag\n1.2.2026;-1,50 €".encode("cp1252"), "csv"),
    "UTF16.csv": ("a;b\n".encode("utf-16"), "csv"),
    "a.tsv": (b"a\tb", "csv"),
    "A.TXT": (b"a", "text"),
    "a.ofx": (b"OFXHEADER:100\n", "ofx"),
    "a.qfx": (b"OFXHEADER:100\n", "ofx"),
    "a.xml": (b"<?xml version='1.0'?><Document/>", "xml"),
    "a.png": (files.image(), "png"),
    "a.jpg": (files.image("JPEG"), "jpeg"),
    "a.jpeg": (files.image("JPEG"), "jpeg"),
    "a.webp": (files.image("WEBP"), "webp"),
    "a.gif": (files.image("GIF"), "gif"),
    "a.tif": (files.image("TIFF"), "tiff"),
    "www.bank.com.v1.2.pdf": (files.pdf("a"), "pdf"),
}


def inspected(folder, content, name, declared=""):
    path = folder / "file"
    path.write_bytes(content)
    return inspect(path, name, declared)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_files_that_are_taken(name, tmp_path):
    content, kind = GOOD[name]
    found = inspected(tmp_path, content, name)
    assert (found.kind.name, found.name, found.warnings) == (kind, name, ())
    assert inspected(tmp_path, content, name, found.kind.media_type + "; charset=x").kind.name
    assert inspected(tmp_path, content, name, "application/octet-stream").kind.name == kind


def test_a_claim_of_another_family_is_a_contradiction(tmp_path):
    pdf = files.pdf("a")
    with pytest.raises(UnsupportedTypeError) as refused:
        inspected(tmp_path, pdf, "a.pdf", "image/png")
    assert refused.value.error_code == "type_mismatch"
    assert "It looks like a PDF." in refused.value.message
    assert inspected(tmp_path, b"a;b", "a.csv", "application/vnd.ms-excel").kind.name == "csv"


def test_what_a_pdf_would_do_is_flagged(tmp_path):
    extra = b"<< /S /Launch /JS 1 0 R /Next << /S /JavaScript >> >>"
    found = inspected(tmp_path, files.pdf("a", extra=extra), "a.pdf")
    assert found.warnings == ("launch_action", "javascript")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\Invoice.pdf", "Invoice.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ('a<b>:"c|?*.txt', "a_b___c___.txt"),
        ("  . ", "file"),
        ("\xa0", "file"),
        ("\u3000\u2800\u3164.", "file"),
        ("\u0301", "file"),
        ("May\u2003\u3000 2026.pdf", "May 2026.pdf"),
        ("e\u200d\u0301.pdf", "\xe9.pdf"),
        ("x" * 254 + " y", "x" * 254),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_names_lose_what_misleads(given_name, kept):
    assert clean_name(given_name) == kept


INVISIBLE = st.sampled_from("\xa0\u2003\u3000\u2800\u3164\u200d\ufe0f\u0301\u0338 .<")


@given(st.text() | st.text(INVISIBLE) | st.text(INVISIBLE | st.characters(), min_size=250))
def test_a_name_is_always_one_short_plain_part(text):
    name = clean_name(text)
    assert 0 < len(name) <= 255
    assert not set(name) & set('/\\<>:"|?*')
    assert name.isprintable()
    assert "  " not in name
    assert name == name.strip(" .")
    assert any(unicodedata.category(each)[0] in "LNPS" for each in name)
    assert clean_name(name) == name
