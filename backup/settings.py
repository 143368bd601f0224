"""What a run is told: `LEDGERFLOW_BACKUP_*` variables, all mistakes reported at once."""

import fnmatch
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backup.encryption.recipients import Recipients, read_recipients
from backup.errors import SettingsError
from infra.conventions import is_environment

PREFIX: Final = "LEDGERFLOW_BACKUP_"
Words = Annotated[tuple[str, ...], NoDecode]
"""Given as one text, separated by commas."""


class Settings(BaseSettings):
    """Where the database is, where backups go, and how they are made."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    environment: str
    archive: Path
    """The folder with one folder for each environment."""
    host: str = "postgres"
    port: int = Field(default=5432, ge=1, le=65535)
    database: str = "ledgerflow"
    user: str = "ledgerflow"
    password_file: Path | None = None
    """A file that holds the password and nothing else; None where none is asked for."""
    media: Path | None = None
    """The folder with what people uploaded; None where there is none to back up."""
    context_folder: Path | None = None
    """The folder with what only the machine knows: versions, git, the stack, its configuration."""
    application_url: str = ""
    """Asked after a restore whether the application works, such as `http://django:8000/readyz`."""
    application_seconds: float = Field(default=60, ge=0)
    """How long the application may take to open new sessions after a restore."""
    scratch: Path = Path(tempfile.gettempdir()) / "ledgerflow-backup"
    """Where scratch servers have their data; needs room for the database and a Unix file system."""
    server_user: str = "postgres"
    """Who runs the scratch server when the backup itself runs as root."""
    compression_level: int = Field(default=3, ge=1, le=9)
    compression_threads: int = Field(default=2, ge=1, le=16)
    content_digests: bool = True
    """Whether the rows themselves are compared, not only counted."""
    transaction_tables: Words = ("*.ledger_transaction", "*.transaction", "*.ledger_entry")
    """Patterns of tables that hold the ledger's transactions; those that there are count."""
    blob_tables: Words = ("*.documents_blob",)
    """Patterns of tables whose rows (`sha256`, `size`) stand for files in the media."""
    media_passing: Words = ("incoming/*",)
    """Patterns of files in the media that are still being received: no row speaks of them."""
    recipients: Words = ()
    """Public keys to encrypt to; backups are not encrypted when there are none."""
    recipients_file: Path | None = None
    lock_seconds: float = Field(default=0, ge=0)
    """How long to wait for another run's lock."""

    @field_validator(
        "transaction_tables", "blob_tables", "media_passing", "recipients", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value

    @field_validator("environment")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if not is_environment(value):
            raise ValueError("this is not the name of an environment")
        return value

    @property
    def folder(self) -> Path:
        """Where this environment's backups are."""
        return self.archive / self.environment

    @property
    def encrypt_to(self) -> Recipients:
        """The public keys; raises `EncryptionError` when one cannot be used."""
        return read_recipients(self.recipients, self.recipients_file)

    def counts_transactions(self, table: str) -> bool:
        """Tell whether `table`, as `schema.name`, holds the ledger's transactions."""
        return any(fnmatch.fnmatchcase(table, pattern) for pattern in self.transaction_tables)

    def stands_for_files(self, table: str) -> bool:
        """Tell whether the rows of `table`, as `schema.name`, stand for files in the media."""
        return any(fnmatch.fnmatchcase(table, pattern) for pattern in self.blob_tables)

    def is_passing(self, path: str) -> bool:
        """Tell whether `path`, relative to the media, is still being received."""
        return any(fnmatch.fnmatchcase(path, pattern) for pattern in self.media_passing)


def load(variables: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Read the settings of this process's environment; `given` ones go first.

    Raises `SettingsError`, one line for all mistakes. What is set for one run only (`given`) and
    None is taken as not given.
    """
    wanted = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings.model_validate({**_from(variables or os.environ), **wanted})
    except ValidationError as error:
        mistakes = "; ".join(
            f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        )
        raise SettingsError(
            mistakes, "set these variables; docs/backup/database.md lists all"
        ) from None


def _from(variables: Mapping[str, str]) -> dict[str, str]:
    names = {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields}
    return {names[key]: value for key, value in variables.items() if key in names}
