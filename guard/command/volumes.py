"""``ledger_docker volumes``: do the protected volumes carry the label that protects them?"""

import json
from collections.abc import Iterable, Iterator, Sequence

from guard.command import codes
from guard.command.arguments import Parser
from guard.command.session import Session
from guard.grammar import Reading
from guard.records import asdict, dataclass
from guard.world import Volume, World
from infra.conventions import (
    CONTAINER_PREFIX,
    LABEL_ENVIRONMENT,
    LABEL_PROTECT,
    PROTECTED,
    PROTECTED_VOLUMES,
    is_environment,
    volume_name,
)
from infra.kept_volumes import KEPT, LABEL_KEPT


@dataclass(frozen=True)
class Finding:
    """A volume that is, or should be, protected."""

    volume: str
    environment: str
    state: str
    """``protected``, ``kept`` (what a recreation left), ``unprotected`` or ``missing``."""

    @property
    def is_well(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.state in ("protected", "kept")


def volumes(session: Session, words: Sequence[str]) -> int:
    """List the volumes with what protects them; exit code 1 when one lacks it or is missing."""
    parser = Parser(prog="ledger_docker volumes")
    parser.add_argument("--environment", "-e", default=session.variables.get("ENV"))
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args(words)
    found = findings(session.world(Reading(())), wanted.environment)
    if wanted.json or session.options.json:
        print(json.dumps([asdict(finding) for finding in found]))
    else:
        print("\n".join(_table(found)))
    return codes.DONE if all(finding.is_well for finding in found) else codes.DAMAGED


def findings(world: World, environment: str | None = None) -> list[Finding]:
    """Return what is known of each volume that should be protected; raises WorldError.

    Expected are the protected volumes of every environment of which the daemon has anything.
    """
    present = {volume.name: volume for volume in world.volumes()}
    expected = set(_environments(world, present.values())) | (
        {environment} if environment else set()
    )
    found = [
        Finding(name, each, _state(present.get(name)))
        for each in expected
        for name in (volume_name(each, kind) for kind in PROTECTED_VOLUMES)
    ]
    known = {finding.volume for finding in found}
    found += [
        Finding(volume.name, volume.labels.get(LABEL_ENVIRONMENT, ""), _state(volume))
        for volume in present.values()
        if volume.name not in known and _state(volume) != "unprotected"
    ]
    chosen = (f for f in found if environment in (None, f.environment))
    return sorted(chosen, key=lambda finding: (finding.environment, finding.volume))


def _environments(world: World, volumes: Iterable[Volume]) -> Iterator[str]:
    names = [(volume.name, volume.labels) for volume in volumes]
    names += [(container.name, container.labels) for container in world.containers()]
    for name, labels in names:
        start, _, rest = name.partition("_")
        named = rest.partition("_")[0] if start == CONTAINER_PREFIX else ""
        environment = labels.get(LABEL_ENVIRONMENT, named)
        if is_environment(environment):
            yield environment


def _state(volume: Volume | None) -> str:
    if volume is None:
        return "missing"
    if volume.labels.get(LABEL_KEPT) == KEPT:
        return "kept"
    return "protected" if volume.labels.get(LABEL_PROTECT) == PROTECTED else "unprotected"


def _table(found: Sequence[Finding]) -> Iterator[str]:
    width = max((len(finding.volume) for finding in found), default=0)
    for finding in found:
        yield f"{finding.volume:{width}}  {finding.state}"
    for finding in found:
        if not finding.is_well:
            kind = finding.volume.removeprefix(f"{CONTAINER_PREFIX}_{finding.environment}_")
            yield (
                f"{finding.volume} is {finding.state}: "
                f"make volume-recreate ENV={finding.environment} VOLUME={kind}"
            )
    if not found:
        yield "no volume of LedgerFlow's is here"
