"""What every rule is given besides the effect, and how it speaks."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from guard.decision import Decision, Verdict
from guard.records import dataclass
from guard.world import World


@dataclass(frozen=True)
class Situation:
    """The daemon's objects, and whether a person typed the command.

    Not ``by_hand``: it may be LedgerFlow's own program that asks, whose procedures are recognised
    by what the daemon says of the objects; a person has no need of those exceptions.
    """

    world: World
    by_hand: bool = True


Check = Callable[[Any, Situation], Iterator[Decision]]
"""One rule about one kind of effect; yields nothing when it has nothing to say."""


def refuse(
    rule: str,
    what: str,
    way: str,
    *,
    environments: Iterable[str] = (),
    volumes: Iterable[str] = (),
) -> Decision:
    """Return a refusal."""
    return Decision(
        Verdict.REFUSE, rule, what, way, tuple(sorted(environments)), tuple(sorted(volumes))
    )


def ask_proof(
    rule: str, what: str, environments: Iterable[str], *, volumes: Iterable[str] = ()
) -> Decision:
    """Return that a proven backup of each of the environments is needed."""
    names = tuple(sorted(environments))
    way = f"make one and prove it: {backups(names)}; then run the same command again"
    return Decision(Verdict.NEEDS_PROOF, rule, what, way, names, tuple(sorted(volumes)))


def backups(environments: Iterable[str]) -> str:
    """Return the commands that make a proven backup of each environment."""
    return " && ".join(f"make backup ENV={name}" for name in environments)


def listed(names: Iterable[str]) -> str:
    """Return names as people list them: ``a``, ``a and b``, ``a, b and 3 more``."""
    known = sorted(names)
    if len(known) > 3:
        return f"{', '.join(known[:2])} and {len(known) - 2} more"
    return " and ".join(filter(None, (", ".join(known[:-1]), *known[-1:])))
