"""What the child process reads and makes, and what it cannot do."""

import base64
import subprocess
import sys
import time
from pathlib import Path

import document_files as files
import pytest
from documents.extraction import parent
from documents.extraction.__main__ import answered
from documents.extraction.conversions import CONVERSIONS, neutral
from documents.extraction.decoding import decode
from documents.extraction.html import cleaned
from documents.extraction.request import CONVERT, PREVIEW, TEXT, Answer, Limits, Request
from documents.extraction.targets import TARGETS
from documents.extraction.texts import READERS
from documents.inspection.kinds import BY_NAME
from openpyxl import load_workbook
from PIL import Image

pytestmark = pytest.mark.unit


def request_of(folder: Path, task: str, kind: str, content: bytes, **options: object) -> Request:
    path = folder / f"{kind}0a1b2c"  # the store's names have no extension
    path.write_bytes(content)
    return Request(task, str(path), kind, folder=str(folder), **options)


def asked(folder: Path, task: str, kind: str, content: bytes, **options: object) -> Answer:
    """Return the answer of the reader in this process: faster, and seen by the debugger."""
    return answered(request_of(folder, task, kind, content, **options))


def asked_apart(folder: Path, task: str, kind: str, content: bytes, **options: object) -> Answer:
    """Return the answer of the child."""
    return parent.run(request_of(folder, task, kind, content, **options))


EXIF = Image.Exif()
EXIF[0x010F] = "Acme Cameras"
EXIF[0x010E] = "Receipt of a lamp"
TEXTS = {
    "pdf": (files.pdf("Invoice 4711", "Second (page)"), "Second (page)"),
    "docx": (files.docx("Dear Ada", "Grüße"), "Grüße"),
    "xlsx": (files.xlsx(("Payee", "Sum"), ("Acme", 12.5)), "Acme\t12.5"),
    "html": (b"<title>Head</title><style>p{}</style><p>Body<script>no()</script>", "Head\nBody"),
    "markdown": ("# Hëad\n\n* one".encode(), "Hëad\none"),
    "csv": ("Empfänger;-1,50 €\nBäckerei Müller;größer".encode("cp1252"), "Empfänger;-1,50 €"),
    "text": ("Ada\x00 wrote".encode("utf-16"), "Ada wrote"),
    "ofx": (b"<OFX><NAME>ACME</OFX>", "<NAME>ACME"),
    "xml": (b"<a><b>one</b><c>two</c></a>", "one\ntwo"),
    "jpeg": (files.image("JPEG", exif=EXIF), "Receipt of a lamp"),
}


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_texts_are_read(kind, tmp_path):
    content, words = TEXTS[kind]
    answer = asked(tmp_path, TEXT, kind, content)
    assert (answer.error, answer.is_cut) == ("", False)
    assert words in answer.text
    apart = asked_apart(tmp_path, TEXT, kind, content)
    assert (apart.text, apart.isolation) == (answer.text, "seccomp")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Empfänger;-1,50 €\nBäckerei Müller;größer", "cp1252"),
        ("Datum;Zweck;Straße\n1.1.2026;Müller;ÄÖÜ", "latin-1"),
        ("Café à Paris, reçu n° 5", "cp1252"),
        ("Niño, año, señor: 12,50 €", "cp1252"),
        ("Zażółć gęślą jaźń, rachunek za prąd", "cp1250"),
        ("Счёт за электричество, оплата", "cp1251"),
        ("請求書の合計金額は次のとおりです。お支払いください。", "shift_jis"),
        ("é", "latin-1"),
        ("Übergrößenträger", "utf-8"),
        ("words", "utf-32"),
    ],
)
def test_texts_are_decoded_by_what_they_look_like(text, encoding):
    assert decode(text.encode(encoding)) == text


def test_a_character_may_be_cut_in_the_middle():
    assert decode("größ".encode()[:-1], is_cut=True) == "grö"


def test_every_kind_that_is_taken_can_be_read_and_converted_as_is_offered():
    assert set(READERS) == set(BY_NAME)
    offered = {(kind, target) for kind, targets in TARGETS.items() for target in targets}
    assert offered == set(CONVERSIONS)


def test_details_and_cuts_are_told(tmp_path):
    picture = asked(tmp_path, TEXT, "jpeg", TEXTS["jpeg"][0])
    assert picture.details["make"] == "Acme Cameras"
    assert picture.details["size"] == "40 x 30"
    limits = Limits(text=10)
    for kind in ("pdf", "xlsx", "csv", "docx"):
        cut = asked(tmp_path, TEXT, kind, TEXTS[kind][0], limits=limits)
        assert (len(cut.text), cut.is_cut) == (10, True), kind


def test_a_protected_pdf_is_named(tmp_path):
    encrypt = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"00" * 32 + b"> /U <" + b"11" * 32
    content = files.pdf("a", extra=encrypt + b"> >>")
    content = content.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 6 0 R /ID [<00> <00>]")
    assert asked(tmp_path, TEXT, "pdf", content).error == "encrypted"


def test_tesseract_reads_images_where_it_is_installed(tmp_path):
    program = tmp_path / "tesseract"
    program.write_text('#!/bin/sh\ntest "$2" = stdout && echo "words in $1" | sed "s|/.*/||"\n')
    program.chmod(0o755)
    for ask in (asked, asked_apart):
        answer = ask(tmp_path, TEXT, "png", files.image(), tesseract=str(program))
        assert answer.text == "words in png0a1b2c"
    program.write_text("#!/bin/sh\nexit 1\n")
    broken = asked(tmp_path, TEXT, "png", files.image(), tesseract=str(program))
    assert broken.error == "unreadable"


@pytest.mark.parametrize("kind", ["pdf", "png", "gif", "docx", "csv", "xlsx", "html", "text"])
def test_previews_are_pictures_or_clean_pages(kind, tmp_path):
    contents = {name: content for name, (content, _) in TEXTS.items()}
    contents |= {"png": files.image(size=(3000, 2000)), "gif": files.image("GIF")}
    answer = asked(tmp_path, PREVIEW, kind, contents[kind])
    assert answer.error == ""
    names = [each.name for each in answer.made]
    if kind in {"pdf", "png", "gif"}:
        assert names[:2] == ["page-1.webp", "thumbnail.webp"]
        with Image.open(tmp_path / "thumbnail.webp") as picture:
            assert max(picture.size) <= 320
    else:
        page = (tmp_path / "preview.html").read_text()
        assert page.startswith("<!doctype html>")
        assert "<script" not in page


@pytest.mark.parametrize("ask", [asked, asked_apart])
def test_conversions(ask, tmp_path):
    for kind, target, content in (
        ("docx", "html", TEXTS["docx"][0]),
        ("markdown", "html", b"# Title"),
        ("html", "pdf", b"<h1>Invoice</h1><img src='http://127.0.0.1:9/a.png'>"),
        ("docx", "pdf", TEXTS["docx"][0]),
        ("pdf", "png", TEXTS["pdf"][0]),
        ("pdf", "text", TEXTS["pdf"][0]),
        ("csv", "xlsx", b"a;b\n=1+1;-5\n@SUM(A1);+4,5\n"),
    ):
        answer = ask(tmp_path, CONVERT, kind, content, to=target)
        assert (answer.error, {each.kind for each in answer.made}) == ("", {target}), kind
    assert "Invoice 4711" in (tmp_path / "made.txt").read_text()
    again = ask(tmp_path, TEXT, "pdf", (tmp_path / "made.pdf").read_bytes())
    assert "Grüße" in again.text
    with Image.open(tmp_path / "made-2.png") as picture:
        assert picture.width == 1654
    rows = list(load_workbook(tmp_path / "made.xlsx").active.iter_rows(values_only=True))
    assert rows == [("a", "b"), ("'=1+1", "-5"), ("'@SUM(A1)", "+4,5")]
    assert ask(tmp_path, CONVERT, "png", files.image(), to="pdf").error == "not_convertible"


def test_a_picture_inside_a_page_is_printed_and_none_from_elsewhere(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(files.image())
    inside = base64.b64encode(files.image()).decode()
    for source, printed in (
        (f"data:image/png;base64,{inside}", True),
        (secret.as_uri(), False),
        ("http://127.0.0.1:9/a.png", False),
    ):
        page = f"<p>words</p><img src='{source}'><object data='{secret.as_uri()}'></object>"
        answer = asked_apart(tmp_path, CONVERT, "html", page.encode(), to="pdf")
        assert answer.error == ""
        assert (b"/Subtype /Image" in (tmp_path / "made.pdf").read_bytes()) is printed


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-1.234,50", "-1.234,50"),
        ("\t=1", "'\t=1"),
        ("a=1", "a=1"),
        ("", ""),
        ("-", "'-"),
        ("a\x07b", "ab"),
    ],
)
def test_cells_that_would_be_formulas(value, kept):
    assert neutral(value) == kept


@pytest.mark.parametrize(
    "harm",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">a</a>',
        '<a href="data:text/html,<script>alert(1)</script>">a</a>',
        '<iframe src="https://example.org"></iframe>',
        "<svg><script>alert(1)</script></svg>",
        '<form action="https://example.org"><input></form>',
        '<img src="https://example.org/pixel.png">',
        '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
        '<style>@import "https://example.org"</style>',
        '<base href="https://example.org">',
    ],
)
def test_pages_hold_nothing_that_runs_or_loads(harm):
    found = cleaned(f"<p>words</p>{harm}")
    assert "<p>words</p>" in found
    for word in ("script", "onerror", "src=", "data:", "<form", "<iframe", "import", "<base"):
        assert word not in found, found
    assert "example.org" not in found or "<a " in found


PROBE = """
import json, os, sys, time
from documents.extraction import __main__ as child
from documents.extraction.failures import ReadingError

def do(request):
    {body}

child._do = do
child.main()
"""


def probed(monkeypatch, tmp_path: Path, body: str, limits: Limits) -> Answer:
    """Run ``body`` in a child in the place of reading a file."""
    program = tmp_path / "probe.py"
    program.write_text(PROBE.format(body=body))
    real = subprocess.Popen

    def start(arguments, **options):
        options["env"] = {**options["env"], "PYTHONPATH": str(parent.APPLICATION)}
        return real([sys.executable, str(program)], **options)

    monkeypatch.setattr(parent.subprocess, "Popen", start)
    return asked_apart(tmp_path, TEXT, "text", b"words", limits=limits)


SMALL = Limits(memory=300 * 1024**2, cpu=1, wall=60.0, file=1024**2, text=1000)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("x = bytearray(400 * 1024**2)", "memory_limit"),
        ("while True: pass", "cpu_limit"),
        ("os.kill(os.getpid(), 11)", "crashed"),
        ("os._exit(0)", "crashed"),
        ("os.kill(os.getpid(), 9)", "memory_limit"),
        ("assert open('/proc/self/oom_score_adj').read() == '1000\\n'; os._exit(3)", "crashed"),
        ("open(request.folder + '/big', 'wb').write(b'x' * 2 * 1024**2)", "output_limit"),
        ("return child.Answer(text='x' * 3_000_000)", "output_limit"),
        ("raise ReadingError('encrypted')", "encrypted"),
        ("raise KeyError('a parser did not expect this')", "unreadable"),
    ],
)
def test_overruns_have_names(monkeypatch, tmp_path, body, error):
    assert probed(monkeypatch, tmp_path, body, SMALL).error == error


def test_a_child_that_waits_is_ended_with_what_it_started(monkeypatch, tmp_path):
    limits = Limits(wall=1.5)
    pid = tmp_path / "pid"
    body = f"pid = os.fork(); open({str(pid)!r}, 'a').write(f'{{pid}} '); time.sleep(60)"
    assert probed(monkeypatch, tmp_path, body, limits).error == "time_limit"
    children = [int(each) for each in pid.read_text().split() if int(each)]
    assert children
    for child in children:
        while _runs(child):  # killed already; the kernel may need a moment
            time.sleep(0.01)


def _runs(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


NO_NETWORK = """
    import ctypes, socket
    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    found.append(libc.socket(2, 1, 0) == -1 and ctypes.get_errno() == 1)
    found.append(libc.syscall(425, 1, None) == -1 and ctypes.get_errno() == 1)
    found.append(libc.execv(b"/bin/true", (ctypes.c_char_p * 2)(b"true", None)) == -1)
    try:
        socket.socket()
    except PermissionError:
        found.append(True)
    names = [name for name in os.environ if "DJANGO" in name or "PASSWORD" in name]
    return child.Answer(text=json.dumps([all(found), len(found), names]))
"""


def test_there_is_no_network_no_program_and_no_secret(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    answer = probed(monkeypatch, tmp_path, NO_NETWORK.strip(), SMALL)
    assert (answer.error, answer.isolation) == ("", "seccomp")
    assert answer.text == "[true, 4, []]"


def test_a_task_that_is_none_and_a_broken_file_have_a_code(tmp_path):
    assert asked(tmp_path, "dance", "text", b"words").error == "unreadable"
    for kind in ("pdf", "docx", "xlsx", "png", "xml"):
        assert asked(tmp_path, TEXT, kind, b"not that").error == "unreadable"
        if kind != "xml":
            assert asked(tmp_path, PREVIEW, kind, b"not that").error == "unreadable"
