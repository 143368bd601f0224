"""Where the store is and how it is used: `LEDGERFLOW_BACKUP_OFFSITE_*` variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from backup.errors import SettingsError

PREFIX = "LEDGERFLOW_BACKUP_OFFSITE_"
MIB = 1 << 20


@dataclass(frozen=True)
class Credentials:
    """A key of the store; its secret is never shown."""

    access_key: str
    secret: str = field(repr=False)


class OffsiteSettings(BaseSettings):
    """Everything about the store; secrets come from files."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    bucket: str = Field(min_length=3, max_length=63)
    endpoint: str | None = None
    """None for Amazon's own; otherwise `https://…`."""
    region: str = "us-east-1"
    prefix: str = "ledgerflow"
    """Keys are `<prefix>/<environment>/<file>`."""
    access_key: str
    secret_file: Path
    delete_access_key: str | None = None
    """A second key that may delete: whoever steals the writer's then cannot."""
    delete_secret_file: Path | None = None
    lock: Literal["auto", "required", "off"] = "auto"
    """Whether objects are locked: where the bucket offers it, always, or never by us."""
    lock_mode: Literal["GOVERNANCE", "COMPLIANCE"] = "GOVERNANCE"
    lock_days: int = Field(default=30, ge=1, le=3650)
    checksums: Literal["auto", "off"] = "auto"
    """`off` for stores that refuse SHA-256 checksums in a way that is not understood."""
    part_mib: int = Field(default=16, ge=5, le=1024)
    """Size of a part; one is in memory at a time. 10,000 parts are S3's limit."""
    patience_seconds: float = Field(default=600, ge=0, le=86400)
    """For how long a request is tried again while the store is away or failing."""
    timeout_seconds: float = Field(default=60, gt=0, le=3600)
    """For how long a connection may be silent."""

    @field_validator("prefix")
    @classmethod
    def _is_folder(cls, value: str) -> str:
        parts = value.split("/")
        if any(part in ("", ".", "..") for part in parts):
            raise ValueError("must be names joined by single slashes, without one at either end")
        return value

    @field_validator("endpoint")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// (or http://)")
        return value

    @model_validator(mode="after")
    def _has_both(self) -> Self:
        if (self.delete_access_key is None) != (self.delete_secret_file is None):
            raise ValueError("delete_access_key and delete_secret_file go together")
        return self

    @property
    def writer(self) -> Credentials:
        """The key that pushes, lists and pulls; raises SettingsError."""
        return Credentials(self.access_key, _secret(self.secret_file))

    @property
    def deleter(self) -> Credentials:
        """The key that deletes: its own, or the writer's; raises SettingsError."""
        if self.delete_access_key is None or self.delete_secret_file is None:
            return self.writer
        return Credentials(self.delete_access_key, _secret(self.delete_secret_file))

    @property
    def part_size(self) -> int:
        """Bytes of a part."""
        return self.part_mib * MIB

    @property
    def lock_time(self) -> timedelta:
        """How long an object is locked from its upload on."""
        return timedelta(days=self.lock_days)


def load(variables: Mapping[str, str] = os.environ) -> OffsiteSettings:
    """Read the settings; raises SettingsError, one line for all mistakes."""
    names = {f"{PREFIX}{name.upper()}": name for name in OffsiteSettings.model_fields}
    given = {names[key]: value for key, value in variables.items() if key in names and value}
    try:
        return OffsiteSettings.model_validate(given)
    except ValidationError as error:
        mistakes = "; ".join(
            f"{PREFIX}{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}"
            for each in error.errors()
        )
        remedy = "set these variables; docs/backup/off-site.md lists all"
        raise SettingsError(mistakes, remedy) from None


def _secret(file: Path) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The secret in {file} cannot be read: {getattr(error, 'strerror', None) or 'no text'}",
            "put the secret of the store's key into this file, readable for this user only",
        ) from error
    if not secret:
        raise SettingsError(f"{file} is empty", "put the secret of the store's key into it")
    return secret
