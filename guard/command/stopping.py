"""``ledger_docker compose down`` without a compose file: the safe stop of an environment.

The containers are stopped one after the other, each before what it needs, with the grace periods
they were made with. Nothing is removed; compose need not be installed.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guard.command.options import UsageError
from guard.effects import StopContainer, StopProject
from guard.grammar import Reading
from guard.grammar.line import COMPOSE_FILES
from guard.records import dataclass
from infra.conventions import (
    CONTAINER_PREFIX,
    LABEL_ENVIRONMENT,
    LABEL_SERVICE,
    LABEL_STACK,
    is_environment,
)

if TYPE_CHECKING:
    from guard.command.session import Session
    from guard.world import Container, World

DEFAULT: Final = "dev"
VARIABLES: Final = ("LEDGERFLOW_ENVIRONMENT", "ENV")
_FIRST: Final = ("caddy",)
"""Takes no more requests: it comes before all others."""
_LAST: Final = ("redis", "postgres")
"""What all others need, in this order."""


@dataclass(frozen=True)
class Stop:
    """An environment and its running containers, in groups that are stopped one by one."""

    environment: str
    groups: tuple[tuple[str, ...], ...]

    @property
    def effects(self) -> tuple[StopContainer, ...]:
        """What the stop does, for the rules."""
        return tuple(StopContainer(name) for group in self.groups for name in group)


def stop_of(
    reading: Reading, world: "World", variables: Mapping[str, str], directory: Path
) -> Stop | None:
    """Return what is to be stopped; None when the command is compose's business.

    Raises WorldError when the daemon cannot be asked, UsageError for an unknown environment.
    """
    effect = next((e for e in reading.effects if isinstance(e, StopProject)), None)
    if effect is None or reading.verb != ("compose", "down") or _has_file(reading, directory):
        return None
    environment = _environment(reading.project, variables)
    if environment is None or (
        reading.project and world.project_containers(reading.project, (), ())
    ):
        return None
    found = [c for c in world.containers() if _is_of(c, environment) and _runs(c)]
    if effect.services:
        found = [c for c in found if _service(c) in effect.services]
    return Stop(environment, tuple(_groups(found)))


def run(session: "Session", reading: Reading, stop: Stop) -> int:
    """Stop one group after the other; return docker's exit code; raise ClientError."""
    from guard.command.session import say  # noqa: PLC0415 - it imports what imports this

    if not stop.groups:
        say(f"nothing of {stop.environment} runs")
    for group in stop.groups:
        say(f"{stop.environment}: stopping {', '.join(group)}")
        code = session.run("docker", *_daemon(reading), "stop", *group)
        if code != 0:
            say(f"docker stop ended with exit code {code}; the rest of {stop.environment} runs on")
            return code
    say(
        f"{stop.environment} is stopped; nothing was removed. "
        f"To start it again: make up ENV={stop.environment}"
    )
    return 0


def _environment(project: str, variables: Mapping[str, str]) -> str | None:
    if project:
        for start in ("", f"{CONTAINER_PREFIX}_", f"{CONTAINER_PREFIX}-"):
            name = project.removeprefix(start)
            if project.startswith(start) and is_environment(name):
                return name
        return None
    named = next((variables[name] for name in VARIABLES if variables.get(name)), DEFAULT)
    if not is_environment(named):
        raise UsageError(f"there is no environment {named}; name one by ENV or -p")
    return named


def _has_file(reading: Reading, directory: Path) -> bool:
    """Tell whether compose would find a file of a project: named, or here or in a folder above.

    Of a folder named by ``--project-directory`` the reading has all names a file may have there.
    """
    guessed = tuple(os.path.basename(file) for file in reading.files) == COMPOSE_FILES  # noqa: PTH119
    if reading.files and not guessed:
        return True
    folders = (directory, *directory.parents)
    usual = (folder / name for folder in folders for name in COMPOSE_FILES)
    return any(
        path.exists() for path in (map(directory.joinpath, reading.files) if guessed else usual)
    )


def _daemon(reading: Reading) -> list[str]:
    """Return docker's options for the same daemon."""
    named = (("--config", reading.config), ("--host", reading.host), ("--context", reading.context))
    return [word for option, value in named if value for word in (option, value)]


def _is_of(container: "Container", environment: str) -> bool:
    """Tell whether a container is the environment's own; its backups' schedule goes on."""
    labels = container.labels
    if LABEL_STACK in labels or LABEL_ENVIRONMENT in labels:
        return labels.get(LABEL_STACK, labels.get(LABEL_ENVIRONMENT)) == environment
    return container.name.startswith(f"{CONTAINER_PREFIX}_{environment}_")


def _runs(container: "Container") -> bool:
    return container.running or container.status in ("paused", "restarting")


def _service(container: "Container") -> str:
    return container.labels.get(LABEL_SERVICE) or container.name.split("_", 2)[-1]


def _groups(containers: Iterable["Container"]) -> list[tuple[str, ...]]:
    ranks: dict[int, list[str]] = {}
    for container in containers:
        ranks.setdefault(_rank(_service(container)), []).append(container.name)
    return [tuple(sorted(ranks[rank])) for rank in sorted(ranks)]


def _rank(service: str) -> int:
    if service in _FIRST:
        return 0
    return 2 + _LAST.index(service) if service in _LAST else 1
