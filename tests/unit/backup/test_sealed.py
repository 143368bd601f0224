"""Manifests and proofs: any changed byte is found, and nothing else is."""

import json
import tomllib

import pytest
from backup_files import contents
from hypothesis import given
from hypothesis import strategies as st

from backup import VERSION, errors
from backup.catalog import Catalog
from backup.contents import SequenceState
from backup.errors import BackupError, DamageError, NotFoundError
from backup.manifest import Manifest, Payload, Server, taken_at
from backup.publish import publish_bytes

pytestmark = pytest.mark.unit
ID = "ledgerflow_db_backup_20260102_030405"


def manifest(**changes: object) -> Manifest:
    fields = {
        "id": ID,
        "kind": "db",
        "environment": "dev",
        "created": taken_at(ID),
        "seconds": 1.25,
        "reason": "manual",
        "tool": "0.1.0",
        "server": Server(
            version="17.4", version_number=170004, system_identifier="7", database="ledgerflow"
        ),
        "payload": Payload(name=f"{ID}.sql.gz", size=20_000, sha256="ab"),
        "contents": contents(),
    }
    return Manifest.model_validate({**fields, **changes})


DOCUMENT = manifest().document()


def test_a_manifest_comes_back_as_it_was():
    assert Manifest.read(DOCUMENT, "it") == manifest()
    assert Manifest.read(DOCUMENT, "it").document() == DOCUMENT


def test_every_changed_byte_is_found():
    for place in range(len(DOCUMENT)):
        for flip in (1, 0x20, 0x80):
            changed = bytearray(DOCUMENT)
            changed[place] ^= flip
            with pytest.raises(DamageError):
                Manifest.read(bytes(changed), "it")


def test_every_truncation_is_found():
    for length in range(len(DOCUMENT)):
        with pytest.raises(DamageError):
            Manifest.read(DOCUMENT[:length], "it")


@given(st.binary(max_size=200))
def test_junk_is_damage_and_never_another_error(junk):
    with pytest.raises(DamageError):
        Manifest.read(junk, "it")


@pytest.mark.parametrize("junk", [b"[]", b"{}", b"null", b'{"seal": 1}', b"[" * 100_000, b'"x"'])
def test_other_json_is_damage(junk):
    with pytest.raises(DamageError):
        Manifest.read(junk, "it")


def test_a_value_changed_and_sealed_anew_needs_the_canonical_text():
    content = json.loads(DOCUMENT)
    with pytest.raises(DamageError, match="not written as"):
        Manifest.read(json.dumps(content, indent=2).encode(), "it")


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "ledgerflow_full_backup_20260102_030405"},
        {"payload": Payload(name="another.sql.gz", size=1, sha256="ab")},
        {"payload": Payload(name=f"{ID}.sql.gz.age", size=1, sha256="ab")},
        {"kind": "full"},
        {"created": "2026-01-02T03:04:05"},
    ],
)
def test_what_does_not_fit_together_is_refused(changes):
    with pytest.raises(ValueError, match=r"id|payload|encrypted|full|timezone"):
        manifest(**changes)


def archive(tmp_path, document=DOCUMENT, payload=b"x" * 20_000):
    folder = tmp_path / "dev"
    folder.mkdir()
    publish_bytes(folder, f"{ID}.sql.gz", payload, "payload")
    publish_bytes(folder, f"{ID}.json", document, "manifest")
    return Catalog(folder)


def test_a_sound_backup_is_listed_and_not_proven_by_itself(tmp_path):
    (entry,) = archive(tmp_path).entries()
    assert (entry.problems, entry.proven, entry.manifest) == ((), False, manifest())


def test_a_damaged_manifest_is_listed_as_damaged(tmp_path):
    (entry,) = archive(tmp_path, DOCUMENT.replace(b"20000", b"20001")).entries()
    assert entry.damaged
    assert "seal" in entry.problems[0]
    assert entry.payload_path.name == f"{ID}.sql.gz"


def test_a_payload_of_another_length_or_gone_is_damage(tmp_path):
    catalog = archive(tmp_path, payload=b"x" * 19_999)
    assert "19999 bytes" in catalog.entry(ID).problems[0]
    catalog.entry(ID).payload_path.unlink()
    assert "No such file" in catalog.entry(f"{ID}.sql.gz").problems[0]


def test_a_backup_of_another_environment_or_under_another_name_is_refused(tmp_path):
    catalog = archive(tmp_path, manifest(environment="prod").document())
    assert "backup of prod" in catalog.entry(ID).problems[0]
    other = ID.replace("2026", "2027")
    publish_bytes(catalog.folder, f"{other}.json", DOCUMENT, "manifest")
    assert f"the manifest of {ID}" in catalog.entry(other).problems[0]


def test_strays_are_files_of_backups_without_manifests_and_nothing_else(tmp_path):
    catalog = archive(tmp_path)
    copy = f"{ID}.sql.gz.mine"
    for name in ("notes.txt", ".lock", copy, f"{ID}x.json", "ledgerflow_db_backup_1.sql.gz"):
        (catalog.folder / name).touch()
    assert catalog.strays() == []
    catalog.entry(ID).manifest_path.unlink()
    assert [path.name for path in catalog.strays()] == [f"{ID}.sql.gz"]
    with pytest.raises(NotFoundError):
        catalog.entry(ID)


def test_an_archive_that_was_never_made_has_no_backups(tmp_path):
    assert Catalog(tmp_path / "dev").entries() == []


def test_a_sequence_may_stand_anywhere_between_before_and_after():
    moved = SequenceState(last_value=5, is_called=True, later=(9, True))
    assert all(moved.allows(SequenceState(last_value=n, is_called=True)) for n in (5, 7, 9))
    assert not moved.allows(SequenceState(last_value=10, is_called=True))
    still = SequenceState(last_value=5, is_called=True)
    assert not still.allows(SequenceState(last_value=5, is_called=False))


def test_error_codes_are_unique_and_the_version_is_that_of_the_project(repository):
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = [kind.code for kind in kinds if issubclass(kind, BackupError)]
    assert len(set(codes)) == len(codes) > 10
    project = tomllib.loads((repository / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION
