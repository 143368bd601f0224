"""Encryption in the `age` format, to public keys; private keys are asked for and never kept."""

from backup.encryption.errors import WrongKeyError
from backup.encryption.identities import Identities, ask_for_identities, identities_from_text
from backup.encryption.recipients import Recipients, read_recipients
from backup.encryption.stream import EncryptingWriter, decrypt, encrypt

__all__ = [
    "EncryptingWriter",
    "Identities",
    "Recipients",
    "WrongKeyError",
    "ask_for_identities",
    "decrypt",
    "encrypt",
    "identities_from_text",
    "read_recipients",
]
