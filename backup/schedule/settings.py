"""What the schedule is told by its container's environment variables."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from backup.errors import SettingsError
from backup.schedule.moments import CronLine

PREFIX = "LEDGERFLOW_BACKUP_"


def _crontab(line: str) -> str:
    CronLine(line, "UTC")
    return line


Line = Annotated[str, AfterValidator(_crontab)]


class ScheduleSettings(BaseSettings):
    """The crontab line of each job, in one time zone, and when silence becomes an alarm."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    environment: str
    archive: Path
    """The folder with one folder for each environment."""
    schedule_database: Line = "0 * * * *"
    schedule_full: Line = "0 2 * * *"
    schedule_drill: Line = "30 3 * * sun"
    time_zone: str = "UTC"
    max_age_hours: int = Field(default=24, ge=1)
    offsite_bucket: str | None = None
    """Set where proven backups are copied to a store as well."""
    metrics_port: int = Field(default=9187, ge=0, le=65535)

    @property
    def folder(self) -> Path:
        """Where this environment's backups are."""
        return self.archive / self.environment

    @property
    def max_age(self) -> timedelta:
        """How old the newest proven backup may be before the container turns unhealthy."""
        return timedelta(hours=self.max_age_hours)


def load() -> ScheduleSettings:
    """Return the settings; raise SettingsError naming every variable that is wrong."""
    try:
        return ScheduleSettings()
    except ValidationError as error:
        mistakes = "; ".join(
            f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()
        )
        raise SettingsError(
            f"the schedule is not configured: {mistakes}", "set these variables; docs/backup"
        ) from None
