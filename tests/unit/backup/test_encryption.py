"""Recipients, private keys, and streams that are changed, cut or meant for another."""

import io
import os
import random
import subprocess
import sys

import pyrage
import pytest

from backup.encryption import (
    EncryptingWriter,
    Recipients,
    WrongKeyError,
    ask_for_identities,
    decrypt,
    encrypt,
    identities_from_text,
    read_recipients,
)
from backup.encryption.errors import IdentityFileError, RecipientsError
from backup.encryption.recipients import fingerprint
from backup.errors import DamageError, EncryptionError
from tests.unit.backup.ssh_keys import write_ecdsa_public, write_ed25519, write_rsa

pytestmark = pytest.mark.unit

TEXT = os.urandom(300_000)


class Key:
    """A key pair."""

    def __init__(self):
        identity = pyrage.x25519.Identity.generate()
        self.private, self.public = str(identity), str(identity.to_public())
        self.identities = identities_from_text(self.private, "a test")


@pytest.fixture(scope="module")
def key():
    return Key()


@pytest.fixture(scope="module")
def ssh_keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ssh")
    write_ed25519(folder / "ed25519")
    write_ed25519(folder / "ed25519-locked", passphrase=True)
    write_rsa(folder / "rsa")
    write_ecdsa_public(folder / "ecdsa")
    return folder


def encrypted(text, *public):
    result = io.BytesIO()
    encrypt(io.BytesIO(text), result, read_recipients(public))
    return result.getvalue()


def decrypted(data, identities):
    result = io.BytesIO()
    decrypt(io.BytesIO(data), result, identities, "the payload")
    return result.getvalue()


def test_every_recipient_can_read_it_and_nobody_else(key):
    other, stranger = Key(), Key()
    data = encrypted(TEXT, key.public, other.public)
    assert decrypted(data, key.identities) == TEXT
    assert decrypted(data, other.identities) == TEXT
    with pytest.raises(WrongKeyError, match="does not open the payload"):
        decrypted(data, stranger.identities)


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_ssh_keys_are_recipients_too(ssh_keys, kind):
    public = (ssh_keys / f"{kind}.pub").read_text()
    assert decrypted(encrypted(TEXT, public), ask_for_identities(ssh_keys / kind)) == TEXT


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 300_000])
def test_the_writer_makes_the_same_plaintext_in_any_portions(key, size):
    result, portions = io.BytesIO(), random.Random(size)
    with EncryptingWriter(result, read_recipients([key.public])) as writer:
        rest = memoryview(TEXT)[:size]
        while rest:
            rest = rest[writer.write(rest[: portions.randrange(1, 100_000)]) :]
    assert decrypted(result.getvalue(), key.identities) == TEXT[:size]


def test_a_writer_that_is_left_by_an_error_leaves_nothing_whole(key):
    result = io.BytesIO()
    writer = EncryptingWriter(result, read_recipients([key.public]))

    def fail_midway():
        with writer:
            writer.write(TEXT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_midway()
    with pytest.raises(DamageError):
        decrypted(result.getvalue(), key.identities)


class FullDisk(io.BytesIO):
    def write(self, data):
        if self.tell() > 100_000:
            raise OSError(28, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("size", [150_000, 5_000_000])
def test_the_error_of_a_full_disk_is_the_disk_s(key, size):
    recipients = read_recipients([key.public])
    with (
        pytest.raises(OSError, match="No space left"),
        EncryptingWriter(FullDisk(), recipients) as w,
    ):
        w.write(os.urandom(size))
    with pytest.raises(OSError, match="No space left"):
        encrypt(io.BytesIO(bytes(size)), FullDisk(), recipients)
    with pytest.raises(OSError, match="No space left"):
        decrypt(io.BytesIO(encrypted(bytes(size), key.public)), FullDisk(), key.identities)


def test_every_changed_byte_and_every_cut_is_found(key):
    data, chance = encrypted(TEXT, key.public), random.Random(1)
    for _ in range(300):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        with pytest.raises((DamageError, WrongKeyError)):
            decrypted(bytes(changed), key.identities)
    for length in (
        0,
        1,
        22,
        100,
        65536,
        len(data) - 1,
        *(chance.randrange(len(data)) for _ in "x" * 50),
    ):
        with pytest.raises((DamageError, WrongKeyError)):
            decrypted(data[:length], key.identities)
    with pytest.raises(DamageError):
        decrypted(data + b"x", key.identities)


def test_without_recipients_nothing_is_encrypted(key):
    assert not read_recipients()
    with pytest.raises(EncryptionError, match="No public key"):
        encrypt(io.BytesIO(TEXT), io.BytesIO(), Recipients())


def test_recipients_come_from_settings_and_a_file_each_once(tmp_path, key, ssh_keys):
    ssh = (ssh_keys / "ed25519.pub").read_text()
    file = tmp_path / "recipients"
    file.write_text(f"# the office\n\n{key.public}\n{ssh}")
    found = read_recipients([key.public], file)
    assert len(found.texts) == 2
    assert "ann@desk" not in "".join(found.texts)
    assert fingerprint(ssh) in found.fingerprints
    assert all(len(mark) == len("sha256:") + 16 for mark in found.fingerprints)


def test_all_bad_recipients_are_named_and_a_private_key_is_never_shown(tmp_path, key, ssh_keys):
    file = tmp_path / "recipients"
    file.write_text(f"{key.public}\n{(ssh_keys / 'ecdsa.pub').read_text()}")
    with pytest.raises(RecipientsError) as caught:
        read_recipients([key.private, key.public[:-1] + "?"], file)
    assert "line 1 of the settings: this is a private key" in caught.value.what
    assert "line 2 of the settings: no age or ssh public key" in caught.value.what
    assert f"line 2 of {file}: no age or ssh public key" in caught.value.what
    assert key.private not in caught.value.what + caught.value.remedy


@pytest.mark.parametrize("content", [None, "# nobody\n", "\xff"])
def test_a_recipients_file_without_a_key_is_an_error_not_plaintext(tmp_path, content):
    file = tmp_path / "recipients"
    if content is not None:
        file.write_text(content, encoding="latin-1")
    with pytest.raises(RecipientsError, match="recipients"):
        read_recipients([], file)


def test_a_private_key_comes_from_a_file_or_from_the_terminal(tmp_path, key):
    file = tmp_path / "key.txt"
    file.write_text(f"# created: today\n# public key: {key.public}\n{key.private}\n")
    data = encrypted(TEXT, key.public)
    assert decrypted(data, ask_for_identities(file)) == TEXT
    assert decrypted(data, ask_for_identities(ask=lambda prompt: key.private)) == TEXT


class CheapPassphrases:
    """The interface of `pyrage.passphrase`, whose own key derivation takes seconds by design."""

    @staticmethod
    def decrypt(content, passphrase):
        _, phrase, text = content.split(b"|")
        if phrase != passphrase.encode():
            raise pyrage.DecryptError("Decryption failed")
        return text


def test_a_key_file_behind_a_passphrase_is_opened_with_it(tmp_path, key, monkeypatch):
    monkeypatch.setattr(pyrage, "passphrase", CheapPassphrases)
    file = tmp_path / "key.age"
    file.write_bytes(b"age-encryption.org/v1|open sesame|" + key.private.encode())
    found = ask_for_identities(file, lambda prompt: "open sesame")
    assert decrypted(encrypted(TEXT, key.public), found) == TEXT
    with pytest.raises(IdentityFileError, match="The passphrase does not open"):
        ask_for_identities(file, lambda prompt: "open barley")


def test_without_a_terminal_the_key_is_not_asked_for():
    code = "from backup.encryption import ask_for_identities as a; a()"
    done = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "there is no terminal to ask for its private key" in done.stderr


def test_what_is_no_private_key_is_named_and_never_shown(tmp_path, key, ssh_keys):
    bad = key.private[:-3] + "QQQ"
    file = tmp_path / "key"
    for content in (bad, "", key.public, "AGE-SECRET-KEY-1\n"):
        file.write_text(content)
        with pytest.raises(IdentityFileError) as caught:
            ask_for_identities(file)
        assert bad[:40] not in str(caught.value)
        assert str(file) in caught.value.what
    with pytest.raises(IdentityFileError, match="has a passphrase"):
        ask_for_identities(ssh_keys / "ed25519-locked")
    with pytest.raises(IdentityFileError, match="cannot be read"):
        ask_for_identities(tmp_path / "absent")
    file.write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(IdentityFileError, match="too large"):
        ask_for_identities(file)
    assert key.private not in repr(key.identities) + str(key.identities)
