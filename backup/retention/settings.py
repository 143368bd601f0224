"""What to keep, as `LEDGERFLOW_BACKUP_KEEP_*` variables; without any, LedgerFlow's promise."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from backup.errors import SettingsError
from backup.retention.model import Keep, Policy

PREFIX = "LEDGERFLOW_BACKUP_KEEP_"


class RetentionSettings(BaseSettings):
    """Weeks and months count full backups."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    db_hours: int = Field(default=48, ge=0, le=24 * 366)
    full_days: int = Field(default=7, ge=0, le=3660)
    weeks: int = Field(default=0, ge=0, le=520)
    months: int = Field(default=0, ge=0, le=120)
    proven: int = Field(default=3, ge=3, le=1000)
    safety_days: int = Field(default=30, ge=1, le=3660)
    emergency_days: int = Field(default=90, ge=1, le=3660)

    @property
    def policy(self) -> Policy:
        """The policy that these make."""
        return Policy(
            db=Keep(hours=self.db_hours),
            full=Keep(days=self.full_days, weeks=self.weeks, months=self.months),
            proven=self.proven,
            safety=timedelta(days=self.safety_days),
            emergency=timedelta(days=self.emergency_days),
        )


def load_policy(variables: Mapping[str, str] = os.environ) -> Policy:
    """Read the policy; raises SettingsError, one line for all mistakes."""
    names = {f"{PREFIX}{name.upper()}": name for name in RetentionSettings.model_fields}
    given = {names[key]: value for key, value in variables.items() if key in names and value}
    try:
        return RetentionSettings.model_validate(given).policy
    except ValidationError as error:
        mistakes = "; ".join(
            f"{PREFIX}{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}"
            for each in error.errors()
        )
        remedy = "set these variables; docs/backup/retention.md lists all"
        raise SettingsError(mistakes, remedy) from None
