"""Losses that no checksum shows: each is named by the comparison that a proof makes."""

import gzip
import hashlib
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import pytest
from backup_runs import SQL, Backups

from backup.catalog import Entry
from backup.check import check
from backup.clock import now
from backup.contents import Contents
from backup.database import back_up_database
from backup.errors import ProofError
from backup.full.reading import readers
from backup.manifest import FullParts, Manifest
from backup.proof.comparing import compare, differences
from backup.proof.restoring import read_back, restore_into
from backup.proof.run import prove
from backup.proof.scratch import Scratch, scratch_server
from tests.integration.backup.losses import AFTER_RESTORE, IN_DUMP, Loss
from tests.integration.backup.made_backups import (
    archive_of,
    dump_of,
    papers,
    papers_of,
    put,
    zipped,
)
from tests.integration.backup.test_damage import NOW

pytestmark = pytest.mark.integration

MEDIA = {"01/scan.pdf": b"%PDF-1.7 one", "02/scan.pdf": b"%PDF-1.7 two", "03/empty": b""}
FILES = {
    "a media file": ({**MEDIA, "01/scan.pdf": None}, "media/01/scan.pdf is missing"),
    "an empty media file": ({**MEDIA, "03/empty": None}, "media/03/empty is missing"),
    "a media file's content": (
        {**MEDIA, "01/scan.pdf": b"%PDF-1.7 eno"},
        "media/01/scan.pdf in the archive is not what was backed up",
    ),
    "two files' contents swapped": (
        {**MEDIA, "01/scan.pdf": MEDIA["02/scan.pdf"], "02/scan.pdf": MEDIA["01/scan.pdf"]},
        "media/01/scan.pdf in the archive is not what was backed up",
    ),
    "a media file's name": (
        {"1/scan.pdf": MEDIA["01/scan.pdf"], "02/scan.pdf": MEDIA["02/scan.pdf"], "03/empty": b""},
        "media/1/scan.pdf is in the archive but not in the manifest",
    ),
}
"""What is in an archive instead of `MEDIA`, and what is said of it."""


@dataclass(frozen=True)
class Case:
    """A backup of `losses.sql`, and a scratch server to restore it into again and again."""

    backups: Backups
    entry: Entry
    contents: Contents
    text: str
    tag: str


@contextmanager
def books(backups: Backups, tag: str) -> Iterator[Case]:
    backups.execute((SQL / "losses.sql").read_text() % {"tag": tag})
    try:
        entry = back_up_database(backups.settings, "manual", now, proved=False)
        assert entry.manifest is not None
        text = gzip.decompress(entry.payload_path.read_bytes()).decode()
        yield Case(backups, entry, entry.manifest.contents, text, tag)
    finally:
        backups.server.drop_database(backups.database)
        with backups.server.connect("postgres") as session:
            for role in ("clerk", "reader", "lone"):
                session.execute(f"DROP ROLE {tag}_{role}")


@pytest.fixture
def case(backups: Backups) -> Iterator[Case]:
    with books(backups, f"lftest_{secrets.token_hex(3)}") as made:
        yield made


def restored(case: Case, scratch: Scratch, text: str, after: str = "") -> list[str]:
    """Restore `text`, run `after`, and return the differences from the manifest."""
    target = scratch.source(case.backups.database)
    maintenance = scratch.source("template1")
    restore_into(maintenance, target, case.contents, BytesIO(text.encode()))
    try:
        if after:
            run(scratch, target.database, after)
        return differences(compare(case.contents, read_back(target, case.contents)))
    finally:
        run(scratch, "template1", f'DROP DATABASE "{target.database}" WITH (FORCE)')


def run(scratch: Scratch, database: str, sql: str) -> None:
    with scratch.source(database).connect() as session:
        session.execute(sql.encode())


def missed(loss: Loss, found: list[str], tag: str) -> str | None:
    """Say what of a loss was not named."""
    said = "; ".join(found)
    absent = [words for words in loss.words if words.format(tag=tag) not in said]
    return f"{loss.name}: {absent} is not in {said!r}" if absent else None


def test_every_loss_from_the_dump_is_named(case: Case):
    unseen = []
    with scratch_server(case.backups.settings, "ledgerflow") as scratch:
        assert restored(case, scratch, case.text) == []
        for loss in IN_DUMP:
            assert loss.edit is not None
            found = restored(case, scratch, loss.edit(case.text))
            unseen.append(missed(loss, found, case.tag))
        assert restored(case, scratch, case.text) == []
    assert [words for words in unseen if words] == []
    assert len(IN_DUMP) + len(AFTER_RESTORE) + len(FILES) >= 40


def test_every_loss_that_the_dump_cannot_show_is_named(case: Case):
    unseen = []
    with scratch_server(case.backups.settings, "ledgerflow") as scratch:
        for loss in AFTER_RESTORE:
            words = {"tag": case.tag, "database": case.backups.database}
            found = restored(case, scratch, case.text, loss.after.format(**words))
            unseen.append(missed(loss, found, case.tag))
            if loss.undo:
                run(scratch, "template1", loss.undo.format(**words))
        assert restored(case, scratch, case.text) == []
    assert [words for words in unseen if words] == []


def forged(case: Case, text: str) -> Entry:
    """Put a changed dump in place with sums that are right."""
    manifest = case.entry.manifest
    assert manifest is not None
    return put(case.entry.folder, resealed(manifest, zipped(text.encode()), None))


def test_a_proof_refuses_and_records_a_loss(case: Case):
    loss = next(loss for loss in IN_DUMP if loss.name == "a cent")
    assert loss.edit is not None
    entry = forged(case, loss.edit(case.text))
    assert check(entry) == ()  # every checksum is right
    done = case.backups.run("prove", entry.id)
    assert done.returncode == 2
    assert "books.account: its rows differ" in done.stderr
    (listed,) = case.backups.entries()
    assert not listed.proven
    assert listed.proof is not None
    assert listed.proof.result == "failed"
    assert "books.account" in listed.evidence_path.read_text()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("CREATE TABLE books.account", "CREATE TABLES books.account", "syntax error"),
        ("\t100.25\n", "\tmuch\n", "invalid input syntax"),
        ("20\tAccount 20\t", "19\tAccount 20\t", "account_pkey"),
    ],
    ids=["a statement", "a value", "a key"],
)
def test_a_dump_that_does_not_load_is_no_backup(case: Case, before, after, words):
    assert case.text.count(before) == 1
    entry = forged(case, case.text.replace(before, after))
    with pytest.raises(ProofError, match=words):
        prove(entry, case.backups.settings, now)
    assert not case.backups.entries()[0].proven


@pytest.mark.parametrize("what", FILES)
def test_every_loss_of_a_file_is_named(what, tmp_path):
    media, words = FILES[what]
    rng = random.Random(7)
    files = papers("dev", NOW, rng, kind="full")
    (name,) = (name for name in files if name.endswith(".tar.gz"))
    manifest = Manifest.read(files[f"{name.removesuffix('.tar.gz')}.json"], name)
    dump = dump_of(rng)
    _, whole = archive_of(manifest.id, dump, MEDIA)
    there = {path: content for path, content in media.items() if content is not None}
    tar, _ = archive_of(manifest.id, dump, there)
    entry = put(tmp_path / "dev", resealed(manifest, zipped(tar), whole))
    (said,) = check(entry, readers(entry, tmp_path, None)[1])
    assert words in said


def resealed(manifest: Manifest, stored: bytes, parts: FullParts | None) -> dict[str, bytes]:
    """Return the files of a backup whose sums are right and whose manifest promises `parts`."""
    digest = hashlib.sha256(stored).hexdigest()
    payload = manifest.payload.model_copy(update={"size": len(stored), "sha256": digest})
    return papers_of(manifest.model_copy(update={"payload": payload, "full": parts}), stored)
