"""What the audit says: sections with findings, and whether they could be looked at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

EXIT_CLEAN: Final = 0
EXIT_FINDINGS: Final = 1
EXIT_UNKNOWN: Final = 2


class State(Enum):
    """How a section came out."""

    CLEAN = "clean"
    FINDINGS = "findings"
    UNKNOWN = "could not be checked"


@dataclass(frozen=True)
class Finding:
    """Something to put right: where, what is wrong, what to do; never a secret's value."""

    where: str
    what: str
    way: str


@dataclass(frozen=True)
class Section:
    """One subject of the audit."""

    title: str
    state: State
    findings: tuple[Finding, ...] = ()
    facts: tuple[str, ...] = ()
    """What was looked at and found in order, or worth knowing."""
    reason: str = ""
    """Why it could not be checked."""

    def as_data(self) -> dict[str, object]:
        """Return it for a program."""
        return {
            "title": self.title,
            "state": self.state.value,
            "findings": [vars(finding) for finding in self.findings],
            "facts": list(self.facts),
            "reason": self.reason,
        }


@dataclass
class Looking:
    """What is being found out about one subject."""

    title: str
    findings: list[Finding] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def find(self, where: str, what: str, way: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(where, what, way))

    def section(self) -> Section:
        """Return what was found out; findings count more than what could not be checked."""
        state = State.FINDINGS if self.findings else State.CLEAN
        if self.unknown and not self.findings:
            state = State.UNKNOWN
        return Section(
            self.title, state, tuple(self.findings), tuple(self.facts), "; ".join(self.unknown)
        )


def unknown(title: str, reason: str) -> Section:
    """Return a section that could not be looked at."""
    return Section(title, State.UNKNOWN, reason=reason)


def exit_code(sections: Iterable[Section]) -> int:
    """Return 1 with any finding; else 2 when something could not be checked; else 0."""
    found = list(sections)
    if any(section.findings for section in found):
        return EXIT_FINDINGS
    if any(section.state is State.UNKNOWN or section.reason for section in found):
        return EXIT_UNKNOWN
    return EXIT_CLEAN
