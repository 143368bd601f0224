"""From effects to one decision, and from a decision that needs proof to a final one."""

from collections.abc import Iterator, Sequence

from guard.decision import Decision, Verdict, strictest
from guard.effects import Effect, OnServices
from guard.records import replace
from guard.rules.objects import environments
from guard.rules.situation import Situation, backups, refuse
from guard.rules.table import TABLE
from guard.world import World, WorldError

_ASK_AGAIN = "see that the Docker engine runs (docker info), then run the same command again"


def judge(effects: Sequence[Effect], world: World, *, by_hand: bool = True) -> Decision:
    """Return the strictest decision on what a command or request would do.

    ``by_hand`` says that a person typed it. Where LedgerFlow's own program may be asking (the
    daemon's plugin, LedgerFlow's own client) it is False, and the steps of its procedures pass
    where the daemon's objects show that such a procedure is at that step.

    Raises nothing: when the world cannot be asked, what could destroy is refused.
    """
    situation = Situation(world, by_hand)
    return strictest(answer for effect in effects for answer in _answers(effect, situation))


def settle(decision: Decision, world: World) -> Decision:
    """Return the final decision on one that needs proof; any other is final already.

    Allowed when every environment has a proven backup, which are then named; else refused, with
    the reason and how to make one. Raises nothing.
    """
    if decision.verdict is not Verdict.NEEDS_PROOF:
        return decision
    found: list[str] = []
    for environment in decision.environments:
        try:
            proof = world.proof(environment)
        except WorldError as error:
            return _unproven(decision, environment, str(error))
        if not proof.verified:
            return _unproven(decision, environment, proof.reason)
        found.append(proof.backup or "")
    backed = tuple(filter(None, found))
    return replace(decision, verdict=Verdict.ALLOW, way="", backups=backed)


def _answers(effect: Effect, situation: Situation) -> Iterator[Decision]:
    yield Decision(Verdict.ALLOW, environments=_named(effect))
    if isinstance(effect, OnServices):
        yield from _on_services(effect, situation)
        return
    row = TABLE.get(type(effect))
    if row is None:
        return
    try:
        for check in row.checks:
            yield from check(effect, situation)
    except WorldError as error:
        yield refuse(row.unasked, f"the daemon cannot be asked: {error}", _ASK_AGAIN)


def _on_services(effect: OnServices, situation: Situation) -> Iterator[Decision]:
    """Judge what compose does to each container of its services; harmless things ask nothing."""
    row = TABLE.get(type(effect.effect))
    if row is None:
        return
    try:
        containers = situation.world.project_containers(
            effect.project, effect.files, effect.services
        )
    except WorldError as error:
        yield refuse(row.unasked, f"the daemon cannot be asked: {error}", _ASK_AGAIN)
        return
    for container in containers:
        yield from _answers(replace(effect.effect, container=container.name), situation)


def _named(effect: Effect) -> tuple[str, ...]:
    """Return the environments that the names in an effect tell, for the record; asks nothing."""
    texts = [value for value in vars(effect).values() if isinstance(value, str)]
    return tuple(sorted({name for text in texts for name in environments(text)}))


def _unproven(decision: Decision, environment: str, reason: str) -> Decision:
    return replace(
        decision,
        verdict=Verdict.REFUSE,
        what=f"{decision.what}; {reason}",
        way=f"{backups([environment])}, then run the same command again",
    )
