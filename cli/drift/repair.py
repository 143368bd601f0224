"""From differences to the steps that bring an environment back; nothing is run here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cli.drift import remedies
from cli.drift.check import Comparison
from cli.drift.difference import Case, Difference, Kind
from infra import conventions
from infra.spec import Service

UPDATED_IN_PLACE = {"memory", "memory and swap", "restart policy", "restart attempts"}
"""Fields that a refresh sees and that are changed on the running container."""
SEEN_BY_REFRESH = {"exited", "dead", "created"}
"""States in which a refresh takes a container for gone, so that it is made anew."""
PAUSED = "paused"
DEFAULT_GRACE = 10
"""Seconds that Docker gives a container of which the spec knows nothing."""


@dataclass(frozen=True)
class Step:
    """One thing done directly on the daemon, before Pulumi runs; ``says`` is for a person."""

    verb: str
    target: str
    says: str
    network: str = ""
    grace: int = DEFAULT_GRACE


@dataclass(frozen=True)
class Repair:
    """All that is done: the steps, the containers that Pulumi replaces, and what stays."""

    steps: tuple[Step, ...] = ()
    replaced: Mapping[str, str] = field(default_factory=dict)
    """URNs of the stateful containers whose differences Pulumi itself would not see, by name."""
    blocking: tuple[Difference, ...] = ()
    """Differences of protected volumes: nothing may be done before a person has."""
    left: tuple[Difference, ...] = ()
    """Differences of other volumes, which no command of ours removes."""


def repair(comparison: Comparison, differences: Sequence[Difference]) -> Repair:
    """Return what brings the environment back.

    Pulumi replaces a container on request with the new one first, and two cannot have one name;
    only stateful ones are replaced delete-first. So a stateless one is removed here, and what a
    refresh finds gone is made anew.
    """
    environment = comparison.spec.name
    volumes = [d for d in differences if d.kind is Kind.VOLUME]
    blocking = [d for d in volumes if remedies.is_protected(environment, d.name)]
    left = [d for d in volumes if d not in blocking and d.case is not Case.MISSING]
    hidden = _unseen_by_refresh(comparison, differences)
    stateful = {name for name in hidden if _service(comparison, name, stateful=True)}
    stateless = [
        _removal(comparison, name, "make it anew") for name in hidden if name not in stateful
    ]
    return Repair(
        steps=tuple(dict.fromkeys([*_steps(comparison, differences), *stateless])),
        replaced={name: comparison.recorded.containers[name].urn for name in sorted(stateful)},
        blocking=tuple(blocking),
        left=tuple(left),
    )


def _steps(comparison: Comparison, differences: Sequence[Difference]) -> Iterator[Step]:
    for difference in differences:
        if _unpaused(difference):
            yield Step("unpause", difference.name, f"resume {difference.name}")
    for difference in _removed(differences, Kind.CONTAINER):
        yield _removal(comparison, difference.name, "this stack did not make it")
    for difference in differences:
        if difference.case is Case.STRANGER:
            yield from _detached(comparison, difference.name)
    for difference in _removed(differences, Kind.NETWORK):
        says = f"remove the network {difference.name}, which this stack did not make"
        yield Step("remove network", difference.name, says)


def _unpaused(difference: Difference) -> bool:
    return difference.case is Case.STOPPED and difference.found == PAUSED


def _removed(differences: Sequence[Difference], kind: Kind) -> list[Difference]:
    cases = (Case.FOREIGN, Case.UNEXPECTED)
    return [d for d in differences if d.kind is kind and d.case in cases]


def _detached(comparison: Comparison, container: str) -> Iterator[Step]:
    for name, network in comparison.snapshot.networks.items():
        if container in {place["Name"] for place in (network.get("Containers") or {}).values()}:
            yield Step("detach", container, f"take {container} off the network {name}", name)


def _removal(comparison: Comparison, container: str, why: str) -> Step:
    service = _service(comparison, container)
    grace = service.stop_grace if service else DEFAULT_GRACE
    says = f"stop and remove {container} ({why}); volumes stay"
    return Step("remove", container, says, grace=grace)


def _service(
    comparison: Comparison, container: str, *, stateful: bool | None = None
) -> Service | None:
    for service in comparison.spec.services:
        if conventions.container_name(comparison.spec.name, service.name) == container:
            return service if stateful in (None, service.stateful) else None
    return None


def _unseen_by_refresh(comparison: Comparison, differences: Sequence[Difference]) -> list[str]:
    """Containers of the stack whose differences a refresh does not bring to light."""
    containers = [d for d in differences if d.kind is Kind.CONTAINER]
    remade = {d.name for d in containers if _remade_anyway(d)}
    lost = {d.name for d in _removed(differences, Kind.NETWORK)}
    return [
        name
        for name in sorted(comparison.recorded.containers)
        if name not in remade
        and (
            any(_unseen(d) for d in containers if d.name == name)
            or lost & _networks(comparison, name)
        )
    ]


def _remade_anyway(difference: Difference) -> bool:
    if difference.case is Case.STOPPED:
        return difference.found in SEEN_BY_REFRESH
    return difference.case in (Case.MISSING, Case.FOREIGN, Case.UNEXPECTED)


def _unseen(difference: Difference) -> bool:
    if difference.case is Case.STOPPED:
        return not _unpaused(difference)
    return difference.case is Case.CHANGED and difference.field not in UPDATED_IN_PLACE


def _networks(comparison: Comparison, container: str) -> set[str]:
    inspected = comparison.snapshot.containers.get(container)
    return set(inspected["NetworkSettings"]["Networks"] or {}) if inspected else set()


def lines(found: Repair) -> list[str]:
    """Return what is going to be done, one line for each thing."""
    return [
        *(step.says for step in found.steps),
        *(f"replace {name} (make it anew); volumes stay" for name in found.replaced),
        "compare Pulumi's state with the daemon and bring up what is missing",
        *(f"leave {d.resource} alone: {d.remedy}" for d in found.left),
    ]
