"""Backups open with the `age` program alone, and LedgerFlow opens what that program wrote."""

import io
import os
import pty
import subprocess
from datetime import UTC, datetime

import pytest

from backup.encryption import (
    EncryptingWriter,
    ask_for_identities,
    decrypt,
    encrypt,
    read_recipients,
)
from backup.errors import DamageError
from tests.integration.backup.programs_of_go import programs_folder
from tests.unit.backup.ssh_keys import write_ed25519
from tests.unit.backup.whole_backups import DUMP, write_whole_backup

pytestmark = pytest.mark.integration

TEXT = os.urandom(3_000_000)


@pytest.fixture(scope="module")
def age():
    folder = programs_folder()

    def run(*arguments, data=b"", program="age"):
        done = subprocess.run([folder / program, *arguments], input=data, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    run.folder = folder
    return run


@pytest.fixture
def keys(age, tmp_path):
    """A private key's file made by `age-keygen`, and an ssh key's; and their public keys."""
    private, ssh = tmp_path / "key.txt", tmp_path / "id_ed25519"
    age("-o", private, program="age-keygen")
    write_ed25519(ssh)
    public = age("-y", private, program="age-keygen").decode().strip()
    return {private: public, ssh: ssh.with_suffix(".pub").read_text()}


def test_age_opens_what_ledgerflow_encrypted(age, keys, tmp_path):
    recipients = read_recipients(keys.values())
    result = io.BytesIO()
    with EncryptingWriter(result, recipients) as writer:
        writer.write(TEXT)
    for private in keys:
        assert age("-d", "-i", private, data=result.getvalue()) == TEXT


def test_ledgerflow_opens_what_age_encrypted(age, keys, tmp_path):
    file = tmp_path / "recipients.txt"
    file.write_text("# as for `age -R`\n" + "\n".join(keys.values()))
    assert read_recipients([], file).texts
    for options in (["-R", file], ["-a", "-R", file]):
        data = age(*options, data=TEXT)
        for private in keys:
            result = io.BytesIO()
            decrypt(io.BytesIO(data), result, ask_for_identities(private))
            assert result.getvalue() == TEXT


def test_a_backup_needs_ledgerflow_for_nothing(age, keys, tmp_path):
    recipients = read_recipients(keys.values())
    created = datetime(2026, 11, 24, 3, tzinfo=UTC)
    entry = write_whole_backup(tmp_path / "dev", created, recipients=recipients)
    assert age("-d", "-i", next(iter(keys)), entry.payload_path) == DUMP


def test_what_age_finds_damaged_ledgerflow_finds_damaged(age, keys):
    private, public = next(iter(keys.items()))
    result = io.BytesIO()
    encrypt(io.BytesIO(TEXT), result, read_recipients([public]))
    cut = result.getvalue()[: 20 * 65536]
    done = subprocess.run([age.folder / "age", "-d", "-i", private], input=cut, capture_output=True)
    assert done.returncode != 0
    with pytest.raises(DamageError):
        decrypt(io.BytesIO(cut), io.BytesIO(), ask_for_identities(private))


def test_a_key_file_that_age_locked_with_a_passphrase(age, keys, tmp_path):
    private, public = next(iter(keys.items()))
    locked = tmp_path / "key.age"
    _type_twice([age.folder / "age", "-p", "-a", "-o", locked, private], b"open sesame\n")
    opened = ask_for_identities(locked, lambda prompt: "open sesame")
    result = io.BytesIO()
    decrypt(io.BytesIO(age("-r", public, data=TEXT)), result, opened)
    assert result.getvalue() == TEXT


def _type_twice(command, line):
    """Run a program that asks at its terminal, and type `line` at both of its prompts."""
    process, terminal = pty.fork()
    if process == 0:
        os.execv(command[0], [str(word) for word in command])
    for _ in range(2):
        seen = b""
        while b":" not in seen:
            seen += os.read(terminal, 1000)
        os.write(terminal, line)
    assert os.waitpid(process, 0)[1] == 0
    os.close(terminal)
