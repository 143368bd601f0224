"""A request of the daemon's is answered: by the rules, the archive of backups and the audit log.

Everything that goes wrong on the way is a refusal. The one thing that needs no question is a
request that only looks; the plugin's own questions to the daemon are of that kind.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from guard.audit.entry import decision as audited
from guard.authz.expanding import expanded
from guard.authz.requests import Request, UnreadableError, read
from guard.decision import Decision, Verdict
from guard.effects import (
    CreateContainer,
    CreateVolume,
    Effect,
    Look,
    StartContainer,
    StopContainer,
)
from guard.rules import judge, settle
from guard.world import WorldError
from guard.world_daemon import DaemonWorld

UNKNOWN_RULE: Final = "LF049"
GENTLE: Final = (Look, StartContainer, StopContainer, CreateContainer, CreateVolume)
"""What destroys nothing when the rules allow it: done even when the audit log is full."""
LOG: Final = logging.getLogger("ledgerflow.authz")


@dataclass(frozen=True)
class Answer:
    """What the daemon is told; ``message`` is for whoever sent the request."""

    allow: bool
    message: str = ""


class Surroundings(Protocol):
    """What answering a request needs of the machine."""

    def world(self) -> DaemonWorld:
        """Return a fresh world of the daemon that asks."""

    def record(self, entry: Mapping[str, object]) -> None:
        """Write a line of the audit log; raise OSError when that is not possible."""

    def granted(self, effects: Sequence[Effect]) -> bool:
        """Tell whether an emergency grant is for these effects, and use it up."""


def answer(request: Request, surroundings: Surroundings) -> Answer:
    """Return the answer to one request; never raises."""
    begun = time.monotonic()
    try:
        effects = read(request)
        if all(isinstance(effect, Look) for effect in effects):
            return Answer(allow=True)
        decision = _decided(effects, surroundings)
    except UnreadableError as reason:
        effects, decision = (), _unreadable(str(reason))
    except WorldError as reason:
        effects, decision = (), _unasked(str(reason))
    except Exception:
        LOG.exception("judging %s %s failed", request.method, request.uri)
        effects, decision = (), _unasked("the guard itself failed; its log says how")
    return _recorded(request, effects, decision, begun, surroundings)


def explain(decision: Decision) -> str:
    """Return the two lines that a refused client prints."""
    return f"[{decision.rule}] {decision.what}\n{decision.way}"


def _decided(effects: Sequence[Effect], surroundings: Surroundings) -> Decision:
    world = surroundings.world()
    try:
        decision = settle(judge(expanded(effects, world), world, by_hand=False), world)
    finally:
        world.close()
    if decision.verdict is not Verdict.ALLOW and surroundings.granted(effects):
        return Decision(
            Verdict.ALLOW,
            decision.rule,
            f"{decision.what} (allowed once by an emergency grant)",
            environments=decision.environments,
            volumes=decision.volumes,
        )
    return decision


def _recorded(
    request: Request,
    effects: Sequence[Effect],
    decision: Decision,
    begun: float,
    surroundings: Surroundings,
) -> Answer:
    allow = decision.verdict is Verdict.ALLOW
    try:
        surroundings.record(_entry(request, decision, begun))
    except OSError as error:
        if allow and not all(isinstance(effect, GENTLE) for effect in effects):
            full = f"the audit log cannot be written: {error.strerror or error}"
            way = "make room on its disk, then try again: what destroys is not done unrecorded"
            return Answer(allow=False, message=explain(_refused(full, way)))
    return Answer(allow=True) if allow else Answer(allow=False, message=explain(decision))


def _entry(request: Request, decision: Decision, begun: float) -> Mapping[str, object]:
    phase = "begun" if decision.verdict is Verdict.ALLOW else "refused"
    return audited(
        "authz",
        [request.method, request.uri],
        decision.as_data(),
        phase,
        user=request.user or "unknown (Unix socket)",
        duration_ms=round((time.monotonic() - begun) * 1000, 3),
        **({"backup": decision.backups[0]} if decision.backups else {}),
    )


def _unreadable(reason: str) -> Decision:
    return _refused(
        f"the request cannot be read safely: {reason}",
        "use docker, docker compose or `make`, which say what they want in the usual form",
    )


def _unasked(reason: str) -> Decision:
    return _refused(
        f"what the request would touch is not known: {reason}",
        "see `make authz-status`, then try again: nothing was done",
    )


def _refused(what: str, way: str) -> Decision:
    return Decision(Verdict.REFUSE, UNKNOWN_RULE, what, way)
