"""The gate: only a fresh backup that was proved counts, and every other answer says why not."""

import random
import subprocess
import sys
from datetime import timedelta

import pytest
from backup_files import NOW, write_backup

from backup import gate

pytestmark = pytest.mark.unit

HOUR = timedelta(hours=1)


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "backups"


def ask(archive, **options):
    return gate.status("dev", archive, NOW, **options)


def test_a_fresh_proven_backup_opens_it(archive):
    identifier = write_backup(archive, "dev", HOUR)
    answer = ask(archive)
    assert answer.verified
    assert answer.id == identifier
    assert answer.reason == f"{identifier} is proven and 60 min old"
    assert answer.payload == archive / "dev" / f"{identifier}.sql.gz"
    assert answer.as_data()["verified"] is True


def test_no_backup_at_all(archive):
    assert "no verified backup of dev exists" in ask(archive).reason
    assert not ask(archive).verified


def test_another_environments_backup_does_not_count(archive):
    write_backup(archive, "prod", HOUR)
    assert not ask(archive).verified


def test_a_copy_of_another_environments_backup_does_not_count(archive):
    write_backup(archive, "prod", HOUR)
    (archive / "prod").rename(archive / "dev")
    assert "has the manifest of another backup" in ask(archive).reason


def test_an_older_proven_backup_counts_beside_a_newer_unproven_one(archive):
    older = write_backup(archive, "dev", 3 * HOUR)
    write_backup(archive, "dev", HOUR, proof=None)
    assert ask(archive).id == older


@pytest.mark.parametrize(
    ("age", "options", "verified"),
    [
        (timedelta(hours=24), {}, True),
        (timedelta(hours=24, seconds=1), {}, False),
        (timedelta(hours=2), {"max_age": HOUR}, False),
        (timedelta(minutes=-4), {}, True),
        (timedelta(minutes=-6), {}, False),
    ],
)
def test_the_age_decides(archive, age, options, verified):
    write_backup(archive, "dev", age)
    assert ask(archive, **options).verified is verified


def test_a_stale_backup_says_how_old_it_is(archive):
    write_backup(archive, "dev", timedelta(hours=30))
    assert "is proven but 30 h old; 24 h are allowed" in ask(archive).reason


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (None, "was never proved by a restore"),
        ("failed", "was restored, and failed: three rows are missing"),
    ],
)
def test_only_a_proof_counts(archive, proof, words):
    write_backup(archive, "dev", HOUR, proof=proof)
    assert not ask(archive).verified
    assert words in ask(archive).reason


def test_a_backup_too_small_to_hold_anything_does_not_count(archive):
    write_backup(archive, "dev", HOUR, size=gate.MINIMUM_BYTES)
    assert "no more than 10240 bytes" in ask(archive).reason


def damaged(archive, suffix, change):
    identifier = write_backup(archive, "dev", HOUR)
    change(archive / "dev" / f"{identifier}{suffix}")
    answer = ask(archive)
    assert not answer.verified
    return answer.reason


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: path.unlink(), "has lost its payload"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "has 19999 bytes, 20000 were"),
        (lambda path: (path.unlink(), path.symlink_to("/dev/zero")), "has lost its payload"),
    ],
)
def test_a_damaged_payload_shuts_it(archive, change, words):
    assert words in damaged(archive, ".sql.gz", change)


def test_the_proof_of_another_backup_proves_nothing(archive):
    other = write_backup(archive, "dev", 2 * HOUR)
    proof = (archive / "dev" / f"{other}.proof.json").read_bytes()
    for path in (archive / "dev").iterdir():
        path.unlink()
    reason = damaged(archive, ".proof.json", lambda path: path.write_bytes(proof))
    assert "has the proof of another backup" in reason


@pytest.mark.parametrize("suffix", [".json", ".proof.json"])
@pytest.mark.parametrize("seed", range(50))
def test_any_changed_byte_of_the_papers_shuts_it(archive, suffix, seed):
    rng = random.Random(seed)

    def change(path):
        content = bytearray(path.read_bytes())
        place = rng.randrange(len(content))
        content[place] ^= 1 << rng.randrange(8)
        path.write_bytes(content)

    assert "was changed since it was written" in damaged(archive, suffix, change)


@pytest.mark.parametrize("junk", [b"", b"[]", b"null", b'"seal"', b"{}", b"[" * 100_000])
def test_papers_that_are_no_papers_are_refused(archive, junk):
    assert damaged(archive, ".json", lambda path: path.write_bytes(junk))


def test_a_folder_that_cannot_be_read_is_an_answer(tmp_path, monkeypatch):
    write_backup(tmp_path, "dev", HOUR)

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", refuse)
    assert "cannot be read: Permission denied" in ask(tmp_path).reason


def test_it_imports_nothing_but_the_standard_library(repository):
    script = "import sys; sys.path.insert(0, '.'); import backup.gate; print(*sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert not {"pydantic", "pulumi", "docker", "psycopg"} & set(printed.split())
