"""LF041, LF047 and LF052: what compose does to a whole project."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from guard.decision import Decision
from guard.effects import CreateContainer, RemoveProjectContainers, StartProject, StopProject
from guard.records import dataclass
from guard.rules import creating
from guard.rules.objects import (
    environments_of,
    is_ours,
    locked,
    protected_mounts,
)
from guard.rules.situation import Situation, refuse
from guard.world import Container
from infra.conventions import CONTAINER_PREFIX, LOCKED_ENVIRONMENTS

_WORD: Final = re.compile(r"[a-z0-9]+")
_WITHOUT: Final = "the same command without it: what volumes hold stays"


def stop(effect: StopProject, situation: Situation) -> Iterator[Decision]:
    """LF041 and LF047: no volumes with a stop, in any project; no images of LedgerFlow's."""
    if effect.volumes:
        yield refuse(
            "LF041",
            "compose down -v deletes a project's volumes with everything in them",
            "compose down without -v stops it; ledger_docker volume rm NAME deletes one that you "
            "mean",
            environments=_named(effect.project, effect.files),
        )
    if effect.images:
        project = _project(effect.project, effect.files, effect.services, situation)
        if project.is_ours:
            yield refuse(
                "LF047",
                "compose down --rmi deletes images that LedgerFlow starts again",
                "compose down without --rmi",
                environments=project.environments,
            )


def start(effect: StartProject, situation: Situation) -> Iterator[Decision]:
    """LF052 and LF041: a locked environment is started by ``make up``, none with new volumes."""
    project = _project(effect.project, effect.files, (), situation)
    told = locked(project.environments)
    if told:
        yield refuse(
            "LF052",
            f"compose would start containers of {told[0]} beside LedgerFlow's program",
            f"make up ENV={told[0]}",
            environments=told,
        )
    if effect.renew_volumes and project.is_ours:
        yield refuse(
            "LF041",
            "-V (--renew-anon-volumes) puts empty volumes in place of a project's unnamed ones",
            _WITHOUT,
            environments=project.environments,
        )
    yield from creating.mounts(CreateContainer(mounts=effect.mounts), situation)


def remove(effect: RemoveProjectContainers, situation: Situation) -> Iterator[Decision]:
    """LF041: no volumes with the containers of a project of LedgerFlow's."""
    if not effect.volumes:
        return
    project = _project(effect.project, effect.files, effect.services, situation)
    if project.is_ours or project.protected:
        yield refuse(
            "LF041",
            "compose rm -v deletes volumes with the containers",
            _WITHOUT,
            environments=project.environments,
            volumes=project.protected,
        )


@dataclass(frozen=True)
class _Project:
    """What a compose project has to do with LedgerFlow."""

    is_ours: bool
    environments: frozenset[str]
    protected: tuple[str, ...]
    """Protected volumes that its containers mount."""


def _project(
    name: str, files: Sequence[str], services: Sequence[str], situation: Situation
) -> _Project:
    containers = situation.world.project_containers(name, files, services)
    ours = [c for c in containers if is_ours(c.name, c.labels)]
    named = _named(name, files)
    return _Project(
        is_ours=bool(ours) or _is_named_ours(name, files),
        environments=named | {e for c in ours for e in environments_of(c)},
        protected=tuple(sorted(_protected(containers, situation))),
    )


def _protected(containers: Sequence[Container], situation: Situation) -> set[str]:
    return {volume for c in containers for volume in protected_mounts(c, situation.world).values()}


def _named(name: str, files: Sequence[str]) -> frozenset[str]:
    """Return the locked environments that the names of a project of ours tell."""
    if not _is_named_ours(name, files):
        return frozenset()
    words = {word for text in (name, *files) for word in _WORD.findall(text.lower())}
    return frozenset(words & set(LOCKED_ENVIRONMENTS))


def _is_named_ours(name: str, files: Sequence[str]) -> bool:
    return any(
        word.startswith(CONTAINER_PREFIX)
        for text in (name, *(file.rpartition("/")[2] for file in files))
        for word in _WORD.findall(text.lower())
    )
