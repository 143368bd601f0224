"""What a probe finds and what is reported of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe learned of a dependency that works."""

    version: str | None = None
    detail: str | None = None


class NotReadyError(Exception):
    """A dependency that answers but cannot be used; the message is safe to publish."""


@dataclass(frozen=True, slots=True)
class Status:
    """The reported state of one dependency; ``milliseconds`` is how long the probe took."""

    dependency: str
    ok: bool
    milliseconds: int
    version: str | None = None
    detail: str | None = None

    def as_json(self) -> str:
        """Return one line of JSON without the parts that are unknown."""
        entry: dict[str, str | int | bool] = {"dependency": self.dependency, "ok": self.ok}
        if self.version:
            entry["version"] = self.version
        entry["ms"] = self.milliseconds
        if self.detail:
            entry["detail"] = self.detail
        return json.dumps(entry, ensure_ascii=False)


def all_ready(statuses: Sequence[Status]) -> bool:
    """Tell whether every dependency is usable."""
    return all(status.ok for status in statuses)


def unready(statuses: Sequence[Status]) -> tuple[str, ...]:
    """Return the names of the dependencies that are not usable."""
    return tuple(status.dependency for status in statuses if not status.ok)
