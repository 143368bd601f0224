"""One difference between the spec and the daemon, with nothing in it that must stay secret."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Final

from cli.drift.view import FILE, View

ABSENT: Final = "absent"
NOT_SHOWN: Final = "(not shown)"
LONGEST: Final = 100
"""Characters of a value in the report."""

_SECRET = re.compile(
    r"pass(word|phrase|wd)?\b|passw|secret|token|credential|(private|api).?key|[_-]key\b|bearer",
    re.IGNORECASE,
)
_USER_IN_URL = re.compile(r"://[^/\s]*@")


class Kind(Enum):
    """What sort of resource a difference is about."""

    CONTAINER = "container"
    NETWORK = "network"
    VOLUME = "volume"


class Case(Enum):
    """What has happened to the resource; it decides how it is brought back."""

    MISSING = "missing"
    STOPPED = "stopped"
    CHANGED = "changed"
    FOREIGN = "foreign"
    """It has the name of ours, but is not the one that the stack made."""
    UNEXPECTED = "unexpected"
    """It carries the environment's labels, but the spec has no such thing."""
    STRANGER = "stranger"
    """A container of somebody else on a network of ours."""


@dataclass(frozen=True)
class Difference:
    """One field of one resource; ``expected`` and ``found`` may be printed."""

    kind: Kind
    name: str
    case: Case
    field: str
    expected: str
    found: str
    remedy: str

    @property
    def resource(self) -> str:
        """The resource as a person names it: ``container ledger_dev_redis``."""
        return f"{self.kind.value} {self.name}"

    def as_data(self) -> dict[str, str]:
        """Return the difference for ``--json``."""
        return {
            **asdict(self),
            "kind": self.kind.value,
            "case": self.case.value,
            "resource": self.resource,
        }


def unequal_fields(
    expected: View, found: View, hidden: Collection[str] = ()
) -> Iterator[tuple[str, str, str]]:
    """Yield field, expected and found for each field that differs, made safe to print.

    ``hidden`` are fields whose values are secret, whatever they look like.
    """
    for field in sorted(expected.keys() | found.keys()):
        if expected.get(field) != found.get(field):
            yield field, *_shown(field, expected, found, secret=field in hidden)


def _shown(field: str, expected: View, found: View, *, secret: bool) -> tuple[str, str]:
    if field not in expected:
        # nobody of ours chose the value of such a variable, so nobody knows what it reveals
        return ABSENT, "present" if field.startswith("env ") else _printable(field, found)
    if field not in found:
        return NOT_SHOWN if secret else _printable(field, expected), ABSENT
    shown = (_printable(field, expected), _printable(field, found))
    return (NOT_SHOWN, "differs") if secret or NOT_SHOWN in shown else shown


def _printable(field: str, side: View) -> str:
    value = side[field]
    text = value if isinstance(value, str) else json.dumps(value)
    # the path of a secret's file is no secret, but what stands in its place may be one
    if not field.startswith(FILE) and (_SECRET.search(field) or _SECRET.search(text)):
        return NOT_SHOWN
    if _USER_IN_URL.search(text):
        return NOT_SHOWN
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
