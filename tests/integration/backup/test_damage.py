"""Ten thousand random damages to dumps, archives and papers: all found; and no false alarm.

`LEDGERFLOW_TEST_SEED` repeats a run; the seed is in the output of one that fails.
"""

import os
import random
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from backup import gate
from backup.catalog import Catalog
from backup.check import check
from backup.encryption import (
    Recipients,
    WrongKeyError,
    decrypt,
    identities_from_text,
    read_recipients,
)
from backup.full.reading import readers
from tests.integration.backup.made_backups import (
    COMPRESSED_BYTES,
    STORED_BYTES,
    Papers,
    papers,
    put,
)
from tests.integration.backup.mutations import MUTATIONS, Subject, mutated

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MUTATIONS_PER_SUBJECT = {"dump": 5000, "archive": 2500, "encrypted dump": 2500}
CLEAN_CHECKS = 1000


@pytest.fixture
def rng() -> random.Random:
    seed = os.environ.get("LEDGERFLOW_TEST_SEED") or secrets.token_hex(8)
    print(f"seed: LEDGERFLOW_TEST_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: ten thousand damages are as many files written."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="lftest-damage-", dir=memory) as folder:
        yield Path(folder)


def recipients() -> tuple[Recipients, str]:
    identity = pyrage.x25519.Identity.generate()
    return read_recipients((str(identity.to_public()),)), str(identity)


def subject_of(what: str, rng: random.Random) -> Subject:
    kind = "full" if what == "archive" else "db"
    mine, _ = recipients()
    to = mine if what == "encrypted dump" else None

    def made(environment: str, age: timedelta) -> tuple[Papers, str]:
        options = {"kind": kind, "size": STORED_BYTES}
        # the plaintext is wanted too, and encryption is random: the same seed makes the same text
        seed = rng.randrange(2**32)
        files = papers(environment, NOW - age, random.Random(seed), recipients=to, **options)
        plain = papers(environment, NOW - age, random.Random(seed), **options)
        return files, next(iter(plain.values()))

    (files, plain), (older, _), (foreign, _) = (
        made("dev", HOUR),
        made("dev", 2 * HOUR),
        made("prod", HOUR),
    )
    payload, manifest, _ = files
    return Subject(
        manifest.removesuffix(".json"),
        payload,
        {**files, **older},
        older,
        foreign,
        plain,
        recipients()[0],
    )


def write_difference(folder: Path, before: Papers, after: Papers) -> None:
    for name in before.keys() - after.keys():
        (folder / name).unlink()
    for name, content in after.items():
        if before.get(name) != content:
            (folder / name).write_bytes(content)


def complaints(folder: Path) -> list[str]:
    """Return all that catalog and light check say against the backups in `folder`."""
    catalog = Catalog(folder)
    words = [f"{path.name} is no part of a backup" for path in catalog.strays()]
    for entry in catalog.entries():
        words += check(entry, readers(entry, folder, None)[1])
        if not entry.proven:
            words.append(f"{entry.id} is not proven")
    return words


def opens_gate(subject: Subject, folder: Path) -> bool:
    answer = gate.status("dev", folder.parent, NOW)
    return answer.verified and answer.id == subject.id


@pytest.mark.parametrize("what", MUTATIONS_PER_SUBJECT)
def test_every_damage_is_found(what, rng, place):
    subject = subject_of(what, rng)
    folder = place / "dev"
    folder.mkdir()
    write_difference(folder, {}, subject.files)
    assert not complaints(folder)
    assert opens_gate(subject, folder)
    tried: Counter[str] = Counter()
    for number in range(MUTATIONS_PER_SUBJECT[what]):
        name, files = mutated(rng, subject)
        write_difference(folder, subject.files, files)
        assert complaints(folder), f"not found: {name}, number {number}"
        if gates_business(subject, files):
            assert not opens_gate(subject, folder), f"the gate is open: {name}, number {number}"
        write_difference(folder, files, subject.files)
        tried[name] += 1
    assert not complaints(folder)
    assert set(tried) == set(MUTATIONS)
    print(f"{what}: {sum(tried.values())} damages found: {dict(sorted(tried.items()))}")


def gates_business(subject: Subject, files: Papers) -> bool:
    """Whether the papers changed by themselves, or the payload's size.

    A payload of the same length, and one whose papers were forged with it, are `check`'s.
    """
    before, after = subject.files, files
    if after.get(subject.manifest) != before[subject.manifest]:
        return after.get(subject.proof) == before[subject.proof] or subject.manifest not in after
    if after.get(subject.proof) != before[subject.proof]:
        return True
    return len(after.get(subject.payload, b"")) != len(before[subject.payload])


def test_no_false_alarm(rng, place):
    mine, _ = recipients()
    checks = 0
    for number in range(CLEAN_CHECKS // 8):
        folder = place / str(number) / "dev"
        for age in (1, 2):
            files = papers(
                "dev",
                NOW - age * HOUR,
                rng,
                kind=rng.choice(("db", "full")),
                size=rng.choice((STORED_BYTES, COMPRESSED_BYTES)),
                recipients=rng.choice((None, mine)),
            )
            put(folder, files)
        for _ in range(4):
            assert not complaints(folder)
            checks += 2
            for path in folder.iterdir():  # what copying and backup programs do to files
                os.utime(path, (rng.randrange(2**31), rng.randrange(2**31)))
                path.chmod(rng.choice((0o400, 0o440, 0o640)))
        assert gate.status("dev", folder.parent, NOW).verified
    assert checks == CLEAN_CHECKS


def test_a_payload_for_another_key_does_not_open_even_when_its_papers_are_right(rng, tmp_path):
    _, private = recipients()
    theirs, _ = recipients()
    files = papers("dev", NOW, rng, recipients=theirs)
    entry = put(tmp_path / "dev", files)
    assert not complaints(tmp_path / "dev")  # sound, for whoever has the key
    identities = identities_from_text(private, "a test")
    with (
        entry.payload_path.open("rb") as stream,
        (tmp_path / "plain").open("wb") as plain,
        pytest.raises(WrongKeyError, match="private key"),
    ):
        decrypt(stream, plain, identities, entry.payload_path.name)
