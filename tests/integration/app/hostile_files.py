"""Two hundred files that mean harm or are broken, made from rules: name, content, how.

``hostile_files()`` gives the same files every time (seed 7).
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator

import document_files as files

Hostile = tuple[str, str, bytes]
"""What it is, its name, its content."""
COUNT = 200
BILLION = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><x>&j;</x>"
)


def hostile_files() -> list[Hostile]:
    """Return all of them."""
    fixed = [*_programs(), *_archives(), *_entities(), *_images(), *_pdfs(), *_texts(), *_offices()]
    broken = _broken(random.Random(7))
    return fixed + [next(broken) for _ in range(COUNT - len(fixed))]


def _programs() -> Iterator[Hostile]:
    for name in ("setup.exe", "invoice.pdf.exe", "invoice.exe.pdf", "run.sh", "a.js", "a.lnk"):
        yield "program by name", name, b"words"
    for start in (b"MZ\x90\x00", b"\x7fELF\x02", b"#!/bin/sh\n", b"\xca\xfe\xba\xbe", b"\x00asm"):
        yield "program by content", "statement.pdf", start + b"\x00" * 100
    yield "name that turns around", "invoice\u202efdp.exe", b"MZ"


def _archives() -> Iterator[Hostile]:
    yield "archive", "a.zip", files.zipped({"a.txt": b"a"})
    yield "archive as docx", "a.docx", files.zipped({"a.txt": b"a"})
    yield "gzip", "a.csv", b"\x1f\x8b\x08" + b"\x00" * 50
    yield (
        "bomb of one entry",
        "a.docx",
        files.zipped(files.docx_parts("a") | {"word/media/a.xml": b"\x00" * 40 * 1024**2}),
    )
    many = {f"word/{number}.xml": b"" for number in range(6000)}
    yield "many entries", "a.docx", files.zipped(files.docx_parts("a") | many)
    yield "nested", "a.docx", files.zipped(files.docx_parts("a") | {"word/b.zip": b"PK"})
    yield "outside", "a.docx", files.zipped(files.docx_parts("a") | {"../../etc/a.xml": b""})
    yield "macro", "a.docx", files.zipped(files.docx_parts("a") | {"word/vbaProject.bin": b"x"})
    yield "entries that overlap", "a.docx", _overlapping()
    yield "sizes that lie", "a.docx", _lying()
    yield "old office", "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    yield "end record alone", "a.xlsx", b"PK\x05\x06" + b"\xff" * 18
    yield (
        "end record says everything",
        "a.docx",
        b"PK\x03\x04"
        + b"\x00" * 40
        + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0, 0),
    )


def _overlapping() -> bytes:
    """Return a ZIP whose directory names the bytes of one entry many times."""
    content = files.docx("words")
    end = content.rfind(b"PK\x05\x06")
    entries, size, offset = struct.unpack("<HII", content[end + 10 : end + 20])
    directory = content[offset : offset + size]
    record = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, entries * 5, entries * 5, size * 5, offset, 0
    )
    return content[:offset] + directory * 5 + record


def _lying() -> bytes:
    """Return a ZIP whose directory says that a large member is small."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.docx_parts("words").items():
            archive.writestr(name, part)
        archive.writestr("word/media/x.xml", b"x" * 5_000_000)
        archive.getinfo("word/media/x.xml").file_size = 10
    return out.getvalue()


def _entities() -> Iterator[Hostile]:
    yield "entities", "statement.xml", BILLION.encode()
    yield "entities in UTF-16", "statement.xml", BILLION.encode("utf-16")
    yield "entities late", "statement.xml", b"<!-- " + b" " * 70000 + b" -->" + BILLION.encode()
    reader = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    yield "entity that reads a file", "statement.xml", reader
    document = b"<w:document>&j;</w:document>"
    for part in ("word/document.xml", "[Content_Types].xml"):
        inside = files.docx_parts("a") | {part: BILLION.encode() + document}
        yield f"entities in {part}", "a.docx", files.zipped(inside)
    yield "not closed", "statement.xml", b"<a>" * 20000
    yield "deep", "statement.xml", b"<a>" * 100000 + b"</a>" * 100000


def _png(width: int, height: int, pixels: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        summed = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + summed

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _images() -> Iterator[Hostile]:
    yield "pixels", "a.png", _png(60000, 60000)
    yield "pixels at the limit", "a.png", _png(10000, 9999, zlib.compress(b"\x00" * 1000))
    yield "no pixels", "a.png", _png(0, 0)
    yield "pixels of GIF", "a.gif", b"GIF89a\xff\xff\xff\xff\x80\x00\x00" + b"\x00" * 20
    yield "image and page", "a.jpg", files.image("JPEG") + b"<html><script>alert(1)</script>"
    yield "image and PHP", "a.png", files.image() + b"<?php system('id'); ?>"
    yield "image and archive", "a.png", files.image() + files.zipped({"a.exe": b"MZ"})
    yield "image and PDF", "a.gif", files.image("GIF") + files.pdf("a")
    yield "drawing with a script", "a.svg", b"<svg onload=alert(1)>"
    yield "drawing as text", "a.txt", b"<svg onload=alert(1)>"
    yield "PNG by name only", "a.png", files.image("JPEG")


def _pdfs() -> Iterator[Hostile]:
    yield "PDF and archive", "a.pdf", files.pdf("a") + files.zipped({"a": b"a"})
    yield "PDF after text", "a.txt", b"words\n" + files.pdf("a")
    yield "launches", "a.pdf", files.pdf("a", extra=b"<< /S /Launch /F (calc.exe) >>")
    yield "scripts", "a.pdf", files.pdf("a", extra=b"<< /S /JavaScript /JS (app.alert(1)) >>")
    yield "nothing but the head", "a.pdf", b"%PDF-1.7\n"
    yield (
        "pages that are their own parents",
        "a.pdf",
        files.pdf("a").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
    )
    yield "huge page", "a.pdf", files.pdf("a").replace(b"[0 0 595 842]", b"[0 0 9e9 9e9]")
    yield (
        "a million pages",
        "a.pdf",
        files.pdf("a").replace(b"/Kids [3 0 R] /Count 1", b"/Kids [3 0 R] /Count 9999999"),
    )
    bomb = zlib.compress(b"q " * 30_000_000, 9)
    head = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(bomb)
    yield "stream that unpacks", "a.pdf", files.pdf("a", extra=head + bomb + b"\nendstream")
    yield "PDF as picture", "a.png", files.pdf("a")


def _texts() -> Iterator[Hostile]:
    yield "many columns", "a.csv", b";".join(b"%d" % n for n in range(10_000)) + b"\n"
    yield "one long line", "a.csv", b"x" * 3_000_000
    yield "quotes never closed", "a.csv", b'a;b\n"' + b"x;y\n" * 100_000
    yield "formulas", "a.csv", b"=cmd|' /C calc'!A0;@SUM(1);+1;-1\n"
    yield "zero bytes", "a.txt", b"a\x00b" * 100
    yield "zero bytes in UTF-16", "a.txt", "a\x00b\ud800".encode("utf-16", "surrogatepass")
    yield "no encoding", "a.txt", bytes(range(128, 256)) * 50
    yield "deep page", "a.html", b"<div>" * 50_000
    yield "deep lists", "a.md", b"> " * 5000 + b"x"
    yield "many brackets", "a.md", b"[" * 50_000
    yield "page as text", "a.txt", b"<html><script>alert(1)</script></html>"
    yield "text as PDF", "a.pdf", b"words"
    yield "no extension", "README", b"words"
    yield "unknown", "a.bin2", b"\x01\x02\x03" * 50
    yield "statement cut off", "a.ofx", b"OFXHEADER:100\n<OFX><BANKMSGSRSV1>"


def _offices() -> Iterator[Hostile]:
    parts = files.docx_parts("words")
    yield (
        "no document",
        "a.docx",
        files.zipped({k: v for k, v in parts.items() if k != "word/document.xml"}),
    )
    yield "empty document", "a.docx", files.zipped(parts | {"word/document.xml": b""})
    yield "document cut off", "a.docx", files.zipped(parts | {"word/document.xml": b"<w:doc"})
    yield "docx as xlsx", "a.xlsx", files.docx("words")
    yield (
        "workbook of nothing",
        "a.xlsx",
        files.zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
    )
    for name in ("word/document.xml", "_rels/.rels"):
        deep = b"<w:p xmlns:w='w'>" * 30_000
        yield f"deep {name}", "a.docx", files.zipped(parts | {name: deep})


def _broken(chance: random.Random) -> Iterator[Hostile]:
    """Cut good files off, or change some of their bytes, without end."""
    good = {
        "a.pdf": files.pdf("words of the first page", "and the second"),
        "a.docx": files.docx("words", "more words"),
        "a.xlsx": files.xlsx(("a", 1), ("b", 2.5)),
        "a.png": files.image(size=(300, 200)),
        "a.jpg": files.image("JPEG", (300, 200)),
        "a.webp": files.image("WEBP", (300, 200)),
        "a.gif": files.image("GIF", (300, 200)),
        "a.tiff": files.image("TIFF", (300, 200)),
    }
    while True:
        for name, content in good.items():
            yield f"cut off {name}", name, content[: chance.randrange(12, len(content))]
            changed = bytearray(content)
            for _ in range(chance.randrange(1, 30)):
                changed[chance.randrange(12, len(changed))] = chance.randrange(256)
            yield f"changed {name}", name, bytes(changed)
