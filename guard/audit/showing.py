"""Reading the audit log for people and programs."""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from guard.audit import folder as files
from guard.audit.entry import OUTCOME
from guard.audit.line import BEGAN, CONTINUED, EVENT, SEQ, decode

_SPAN: Final = re.compile(r"([0-9]+)([smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class Selection:
    """Which entries are meant; None and False mean all."""

    since: datetime | None = None
    environment: str | None = None
    decision: str | None = None
    """``allow``, ``needs proof`` or ``refuse``."""
    last: int | None = None

    def takes(self, entry: Mapping[str, object]) -> bool:
        """Tell whether the entry is meant; ``last`` is not asked here."""
        environments = entry.get("environments")
        return entry.get(EVENT) not in (BEGAN, CONTINUED) and (
            (self.since is None or _moment(entry) >= self.since)
            and (self.decision is None or entry.get("decision") == self.decision)
            and (
                self.environment is None
                or (isinstance(environments, list) and self.environment in environments)
            )
        )


def since(text: str, now: datetime) -> datetime:
    """Read ``--since``: ``90s``, ``30m``, ``2h``, ``7d``, ``4w``, or a date, or date and time.

    Without a zone UTC is meant. Raises ValueError for anything else.
    """
    span = _SPAN.fullmatch(text)
    if span:
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def entries(folder: Path, selection: Selection) -> list[dict[str, object]]:
    """Return the entries that are meant, oldest first, each with what its command came to.

    The outcome's ``exit_code`` and ``duration_ms`` are put into the entry of its decision. What is
    damaged is left out: ``verify`` names it. OSError when the log cannot be read.
    """
    found: dict[int, dict[str, object]] = {}
    for entry in _lines(folder):
        of = entry.get("of")
        if entry.get(EVENT) == OUTCOME and isinstance(of, int):
            if of in found:
                found[of].update({key: entry.get(key) for key in ("exit_code", "duration_ms")})
        elif selection.takes(entry):
            found[_number(entry)] = entry
    chosen = list(found.values())
    if selection.last is None:
        return chosen
    return chosen[-selection.last :] if selection.last > 0 else []


def table(shown: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Return a line for each entry: number, time, user, answer, rule, environments, command."""
    for entry in shown:
        moment = _moment(entry).strftime("%Y-%m-%d %H:%M:%S")
        yield f"{entry.get(SEQ):>6}  {moment}  {_who(entry)}  {_answer(entry)}  {_what(entry)}"


def _who(entry: Mapping[str, object]) -> str:
    name = str(entry.get("user", "?"))
    return f"{entry['sudo_user']} as {name}" if entry.get("sudo_user") else name


def _answer(entry: Mapping[str, object]) -> str:
    parts = [str(entry.get("decision") or entry.get(EVENT) or "entry")]
    if entry.get("rule"):
        parts.append(str(entry["rule"]))
    environments = entry.get("environments")
    if isinstance(environments, list) and environments:
        parts.append(",".join(map(str, environments)))
    return " ".join(parts)


def _what(entry: Mapping[str, object]) -> str:
    argv = entry.get("argv")
    words = shlex.join(map(str, argv)) if isinstance(argv, list) else str(entry.get("damage", ""))
    ends = [str(entry["phase"])] if entry.get("phase") not in (None, "begun") else []
    if entry.get("exit_code") is not None:
        ends.append(f"exit {entry['exit_code']}")
    backups = entry.get("backups")
    if isinstance(backups, list) and backups:
        ends.append(f"proven by {', '.join(map(str, backups))}")
    return f"{words}  ({', '.join(ends)})" if ends else words


def _lines(folder: Path) -> Iterator[dict[str, object]]:
    for name in files.segments(folder):
        with (folder / name).open("rb") as file:
            for raw in file:
                line = decode(raw) if raw.endswith(b"\n") else None
                if line is not None and line.sound:
                    yield {SEQ: line.seq, **line.fields}


def _moment(entry: Mapping[str, object]) -> datetime:
    try:
        moment = datetime.fromisoformat(str(entry.get("time")))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(entry: Mapping[str, object]) -> int:
    number = entry.get(SEQ)
    return number if isinstance(number, int) else 0
