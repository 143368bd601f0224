"""The typed settings of one environment's backups, from ``Pulumi.<environment>-backup.yaml``.

The stack ``<environment>-backup`` reads them as its configuration; what needs no Pulumi reads the
file. Without a file the defaults hold, so that ``make backup`` works before there is such a stack.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from infra import conventions
from infra.settings import Section, SettingsError
from infra.spec import Limits
from infra.time_zones import is_time_zone

NAMESPACE: Final = "backup"
STACK_SUFFIX: Final = "-backup"

Kind = Literal["db", "full"]


def stack_name(environment: str) -> str:
    """Return the name of the stack that keeps an environment's backups going."""
    return f"{environment}{STACK_SUFFIX}"


def environment_of(stack: str) -> str | None:
    """Return the environment whose backup stack this is; None for any other stack."""
    environment = stack.removesuffix(STACK_SUFFIX)
    backed_up = environment != stack and conventions.is_environment(environment)
    return environment if backed_up else None


def _time_zone(name: str) -> str:
    if not is_time_zone(name, without_database=False):
        raise ValueError("no time zone of the IANA database, such as Europe/Zurich")
    return name


def _cron(text: str) -> str:
    if len(text.split()) != 5:
        raise ValueError("five fields: minute hour day-of-month month day-of-week")
    return text


Cron = Annotated[str, AfterValidator(_cron)]


class Schedule(Section):
    """When each job runs, as crontab lines in the time zone of the settings."""

    database: Cron = "0 * * * *"
    full: Cron = "0 2 * * *"
    drill: Cron = "30 3 * * sun"


class Keep(Section):
    """What retention keeps; what is not set is LedgerFlow's promise (docs/backup/retention.md)."""

    db_hours: int | None = Field(default=None, ge=0)
    full_days: int | None = Field(default=None, ge=0)
    weeks: int | None = Field(default=None, ge=0)
    months: int | None = Field(default=None, ge=0)
    proven: int | None = Field(default=None, ge=3)
    safety_days: int | None = Field(default=None, ge=1)
    emergency_days: int | None = Field(default=None, ge=1)


class Offsite(Section):
    """An S3-compatible store that gets a copy of every backup (docs/backup/off-site.md)."""

    bucket: str = Field(min_length=3, max_length=63)
    access_key: str = Field(min_length=1)
    delete_access_key: str | None = None
    endpoint: str | None = Field(default=None, pattern=r"^https?://")
    region: str | None = None
    prefix: str | None = None
    lock: Literal["auto", "required", "off"] | None = None
    lock_mode: Literal["GOVERNANCE", "COMPLIANCE"] | None = None
    lock_days: int | None = Field(default=None, ge=1)
    checksums: Literal["auto", "off"] | None = None


OffsiteSecret = Literal["offsite-secret-key", "offsite-delete-secret-key"]


class BackupSettings(Section):
    """All that a person may decide about the backups of one environment."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    environment: str
    archive: Path | None = None
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    schedule: Schedule = Schedule()
    max_age_hours: int = Field(default=24, ge=1, le=24 * 31)
    recipients: tuple[Annotated[str, Field(pattern=r"^(age1|ssh-)")], ...] = ()
    keep: Keep = Keep()
    offsite: Offsite | None = None
    secrets: Mapping[OffsiteSecret, SecretStr] = Field(default_factory=dict)
    limits: Limits = Limits(memory_mib=1024, cpus=2)
    run_now: Kind | None = Field(default=None, alias="runNow")

    @property
    def max_age(self) -> timedelta:
        """How old the newest proven backup may be before dangerous commands are refused."""
        return timedelta(hours=self.max_age_hours)

    @field_validator("run_now", mode="before")
    @classmethod
    def _asked(cls, value: object) -> object:
        return {"true": "db", "false": None, "": None}.get(str(value).lower(), value)

    @field_validator("archive", mode="after")
    @classmethod
    def _absolute(cls, archive: Path | None) -> Path | None:
        if archive is None:
            return None
        expanded = archive.expanduser()
        if not expanded.is_absolute():
            raise ValueError("an absolute path")
        return expanded

    @model_validator(mode="after")
    def _secrets_match(self) -> Self:
        wanted: set[str] = set()
        if self.offsite is not None:
            wanted.add("offsite-secret-key")
            if self.offsite.delete_access_key is not None:
                wanted.add("offsite-delete-secret-key")
        if set(self.secrets) != wanted:
            names = " and ".join(sorted(wanted)) or "none"
            raise ValueError(f"{NAMESPACE}:secrets: with this off-site store it must be {names}")
        return self

    @classmethod
    def parse(cls, environment: str, config: Mapping[str, object]) -> Self:
        """Validate ``backup:`` keys as Pulumi gives them; keys of others are left to them.

        Raises infra.settings.SettingsError with a line for each mistake.
        """
        prefix = f"{NAMESPACE}:"
        own = {key.removeprefix(prefix): config[key] for key in config if key.startswith(prefix)}
        source = f"Pulumi.{stack_name(environment)}.yaml"
        if "environment" in own:
            raise SettingsError(source, [f"{prefix}environment: the stack's name says it"])
        try:
            return cls.model_validate({**own, "environment": environment})
        except ValidationError as error:
            raise SettingsError(source, map(_mistake, error.errors())) from None


def _mistake(error: ErrorDetails) -> str:
    if not error["loc"]:
        return error["msg"].removeprefix("Value error, ")
    key = f"{NAMESPACE}:{'.'.join(str(part) for part in error['loc'])}"
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key"
    message = error["msg"].removeprefix("Value error, ")
    shown = "" if error["loc"][0] == "secrets" else f" = {error['input']!r}"
    return f"{key}{shown}: {message[:1].lower()}{message[1:]}"
