"""The answer of the guard: allow, needs proof, or refuse; by which rule, and what to do instead."""

from collections.abc import Iterable
from enum import IntEnum

from guard.records import dataclass, replace


class Verdict(IntEnum):
    """From harmless to forbidden, so that the strictest of several is their maximum."""

    ALLOW = 0
    NEEDS_PROOF = 1
    """Allowed with a fresh backup of each environment named, proved by a restore."""
    REFUSE = 2

    @property
    def word(self) -> str:
        """The verdict as people and corpora write it: ``allow``, ``needs proof``, ``refuse``."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True)
class Decision:
    """What is decided about one command or request, and why.

    ``what`` says in one line what would happen, ``way`` how the goal is reached safely; both are
    empty for what is allowed. ``environments`` are those that it touches (of a command that needs
    proof: those whose backup is asked for), ``volumes`` the protected volumes.
    """

    verdict: Verdict
    rule: str | None = None
    what: str = ""
    way: str = ""
    environments: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    backups: tuple[str, ...] = ()
    """The backups that were the proof, of a command that needed one and was allowed."""

    def as_data(self) -> dict[str, object]:
        """Return it for programs and for the audit log."""
        return {**vars(self), "verdict": self.verdict.word}


ALLOWED = Decision(Verdict.ALLOW)


def strictest(decisions: Iterable[Decision]) -> Decision:
    """Return the strictest decision, the first of equals, with what all of them touch.

    A command that needs proof is asked for the backups of the environments that need it, not of
    those which it may touch without.
    """
    answers = list(decisions)
    if not answers:
        return ALLOWED
    chosen = max(answers, key=lambda decision: decision.verdict)
    if chosen.verdict is Verdict.NEEDS_PROOF:
        answers = [answer for answer in answers if answer.verdict is Verdict.NEEDS_PROOF]
    return replace(
        chosen,
        environments=tuple(sorted({name for answer in answers for name in answer.environments})),
        volumes=tuple(sorted({name for answer in answers for name in answer.volumes})),
    )
