"""What goes wrong with keys and with what they encrypt."""

from backup.errors import EncryptionError


class RecipientsError(EncryptionError):
    """A public key that cannot be encrypted to."""

    code = "encryption.recipients"


class IdentityFileError(EncryptionError):
    """A private key that cannot be read or used."""

    code = "encryption.identity"


class WrongKeyError(EncryptionError):
    """None of the private keys belongs to a recipient of the backup."""

    code = "encryption.wrong-key"
