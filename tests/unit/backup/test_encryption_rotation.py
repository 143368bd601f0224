"""Re-encrypting old backups to new recipients, whole at every moment."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from backup.catalog import Catalog
from backup.encryption import WrongKeyError, decrypt, read_recipients
from backup.encryption.errors import RecipientsError
from backup.encryption.reencrypt import needs_reencryption, reencrypt
from backup.errors import DamageError
from tests.unit.backup.test_encryption import Key
from tests.unit.backup.whole_backups import DUMP, write_whole_backup

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
OLD, NEW = Key(), Key()
OLD_RECIPIENTS, NEW_RECIPIENTS = read_recipients([OLD.public]), read_recipients([NEW.public])


@pytest.fixture
def entry(tmp_path):
    return write_whole_backup(tmp_path / "dev", NOW, recipients=OLD_RECIPIENTS)


def text_of(entry, key):
    result = io.BytesIO()
    with entry.payload_path.open("rb") as opened:
        decrypt(opened, result, key.identities)
    return result.getvalue()


def test_it_becomes_readable_by_the_new_key_alone_and_stays_proven(entry):
    renewed = reencrypt(entry, OLD.identities, NEW_RECIPIENTS)
    assert text_of(renewed, NEW) == DUMP
    with pytest.raises(WrongKeyError):
        text_of(renewed, OLD)
    assert renewed.proven
    assert renewed.created == NOW + timedelta(seconds=1)
    assert "plaintext, with that of" in renewed.proof.comparisons[-1].subject
    assert entry.id in renewed.evidence_path.read_text()
    assert [left.id for left in Catalog(entry.folder).entries()] == [renewed.id]
    assert Catalog(entry.folder).strays() == []


def test_only_what_is_encrypted_to_others_needs_it(tmp_path, entry):
    plain = write_whole_backup(tmp_path / "dev", NOW - timedelta(hours=1))
    assert needs_reencryption(entry, NEW_RECIPIENTS)
    assert not needs_reencryption(entry, OLD_RECIPIENTS)
    assert not needs_reencryption(plain, NEW_RECIPIENTS)
    with pytest.raises(RecipientsError, match="is not encrypted"):
        reencrypt(plain, OLD.identities, NEW_RECIPIENTS)


def test_an_unproven_one_does_not_become_proven(tmp_path):
    entry = write_whole_backup(tmp_path / "dev", NOW, proven=False, recipients=OLD_RECIPIENTS)
    assert not reencrypt(entry, OLD.identities, NEW_RECIPIENTS).proven


def test_the_wrong_key_changes_nothing(entry):
    before = sorted(entry.folder.iterdir())
    with pytest.raises(WrongKeyError):
        reencrypt(entry, NEW.identities, NEW_RECIPIENTS)
    assert sorted(entry.folder.iterdir()) == before


def test_a_payload_that_was_exchanged_is_not_taken_over(tmp_path, entry):
    # age pads its header by chance, so that the size shows the exchange most times
    other = write_whole_backup(tmp_path / "x", NOW, DUMP[::-1], recipients=OLD_RECIPIENTS)
    entry.payload_path.unlink()
    other.payload_path.rename(entry.payload_path)
    with pytest.raises(DamageError, match="is not what its manifest tells of|is damaged"):
        reencrypt(Catalog(entry.folder).entry(entry.id), OLD.identities, NEW_RECIPIENTS)
    assert [left.id for left in Catalog(entry.folder).entries()] == [entry.id]


@pytest.mark.parametrize("label", ["payload", "proof", "evidence", "manifest"])
@pytest.mark.parametrize("moment", ["opened", "written", "synced", "renamed", "published"])
def test_interrupted_anywhere_one_whole_proven_backup_is_left(entry, monkeypatch, label, moment):
    def interrupted(name):
        if name == f"publish.{label}.{moment}":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("backup.publish.step", interrupted)
        with pytest.raises(KeyboardInterrupt):
            reencrypt(entry, OLD.identities, NEW_RECIPIENTS)
    left = Catalog(entry.folder).entries()
    assert all(each.proven for each in left)
    keys = [OLD, NEW] if len(left) == 2 else [OLD]
    assert [text_of(each, key) for each, key in zip(left, keys, strict=True)] == [DUMP] * len(left)
    again = [each for each in left if needs_reencryption(each, NEW_RECIPIENTS)]
    assert text_of(reencrypt(again[0], OLD.identities, NEW_RECIPIENTS), NEW) == DUMP
