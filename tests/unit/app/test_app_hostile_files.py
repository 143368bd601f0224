"""Hostile and broken files: each is refused by name, or read apart with a named outcome."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from core.errors import UnsupportedTypeError
from documents.extraction import parent
from documents.extraction.failures import MESSAGES
from documents.extraction.request import PREVIEW, TEXT, Answer, Limits, Request
from documents.inspection import refusals
from documents.inspection.inspect import inspect
from hostile_files import COUNT, Hostile, hostile_files

pytestmark = pytest.mark.unit
LIMITS = Limits(memory=700 * 1024**2, cpu=4, wall=20.0, file=16 * 1024**2, text=200_000, previews=2)
EXPECTED = {
    "program by name": {"executable", "double_extension"},
    "program by content": {"executable"},
    "name that turns around": {"executable"},
    "archive": {"archive"},
    "archive as docx": {"archive"},
    "gzip": {"archive"},
    "bomb of one entry": {"zip_bomb"},
    "many entries": {"too_many_entries"},
    "nested": {"nested_archive"},
    "outside": {"unsafe_path"},
    "macro": {"macro"},
    "entries that overlap": {"zip_bomb"},
    "old office": {"old_office"},
    "end record says everything": {"too_many_entries"},
    "entities": {"entity_bomb"},
    "entities in UTF-16": {"entity_bomb"},
    "entity that reads a file": {"entity_bomb"},
    "entities in word/document.xml": {"entity_bomb"},
    "entities late": {"unreadable", ""},
    "pixels": {"pixel_bomb"},
    "image and page": {"polyglot"},
    "image and PHP": {"polyglot"},
    "image and archive": {"polyglot"},
    "image and PDF": {"polyglot"},
    "PDF and archive": {"polyglot"},
    "PDF after text": {"polyglot"},
    "PDF as picture": {"type_mismatch"},
    "page as text": {"type_mismatch"},
    "docx as xlsx": {"type_mismatch"},
    "no extension": {"unknown_type"},
    "nothing but the head": {"unreadable"},
    "formulas": {""},
    "launches": {""},
}
"""What must come out: the code of a refusal or of reading, or nothing when it is read."""


def outcome(folder: Path, number: int, hostile: Hostile) -> tuple[str, Answer | None]:
    """Return the code of a refusal; or that of reading, with what was read."""
    _, name, content = hostile
    path = folder / str(number)
    path.write_bytes(content)
    try:
        kind = inspect(path, name).kind.name
    except UnsupportedTypeError as error:
        return error.error_code, None
    made = folder / f"{number}-made"
    made.mkdir()
    task = PREVIEW if number % 2 else TEXT
    answer = parent.run(Request(task, str(path), kind, folder=str(made), limits=LIMITS))
    return answer.error, answer


def test_two_hundred_files_end_in_a_named_state(tmp_path):
    hostile = hostile_files()
    assert len(hostile) == COUNT
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda pair: outcome(tmp_path, *pair), enumerate(hostile)))
    for (what, name, _), (code, answer) in zip(hostile, outcomes, strict=True):
        named = code in refusals.MESSAGES or code in MESSAGES
        assert named or (code == "" and answer is not None), (what, name, code)
        assert what not in EXPECTED or code in EXPECTED[what], (what, name, code)
        if answer is not None and answer.isolation:
            assert answer.isolation == "seccomp"
    assert not _children(), "a child was left behind"


def _children() -> list[str]:
    """Return the command lines of children of this process that read files."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
                own = f"\nPPid:\t{os.getpid()}\n" in (entry / "status").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if own and b"documents.extraction" in words:
                found.append(words.decode())
    return found
