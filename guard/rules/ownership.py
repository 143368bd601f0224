"""Which containers are an environment's own: by name and labels that agree with each other."""

from typing import Final

from guard.effects import CreateContainer, Mounted
from guard.records import dataclass
from guard.rules.objects import BACKUP, DATABASE, label, named, protects
from guard.world import World
from infra.conventions import LABEL_ENVIRONMENT, LABEL_SERVICE, LABEL_STACK, container_name
from infra.kept_volumes import (
    KEEPING,
    LABEL_KEPT_AS,
    LABEL_OF,
    LABEL_PHASE,
    REBUILDING,
    journal_name,
)

_ONCE: Final = "_run_"
"""In the names of containers that run a service's program once."""
_SERVER: Final = "_server"
_COPYING: Final = "_copying"
"""Ends of the names of containers that work on one volume: after its name."""


def own_environment(container: CreateContainer) -> str:
    """Return the environment whose own the container is; empty when name and labels disagree."""
    labels = dict(container.labels)
    environment = named(container.name)[0]
    service = labels.get(LABEL_SERVICE)
    if not environment or not service or labels.get(LABEL_ENVIRONMENT) != environment:
        return ""
    if labels.get(LABEL_STACK) not in (environment, f"{environment}-{BACKUP}"):
        return ""
    whole = container_name(environment, service)
    of_service = container.name == whole or container.name.startswith(f"{whole}{_ONCE}")
    return environment if of_service else ""


def backed_up_by(container: CreateContainer) -> str:
    """Return the environment whose own container of the backup it is; empty for any other."""
    is_backup = dict(container.labels).get(LABEL_SERVICE) == BACKUP
    return own_environment(container) if is_backup else ""


@dataclass(frozen=True)
class Help:
    """What a container of LedgerFlow's procedures works on: a server on a volume, or a copy."""

    volume: str
    """The one that it is named after, which it may write to."""
    of: str
    """The protected volume that is recreated or backed up: the same, or the other's origin."""

    def mounts(self, mount: Mounted, world: World) -> bool:
        """Tell whether it may mount a volume so: others than its own to read only."""
        if mount.source == self.volume:
            return True
        found = world.volume(mount.source)
        of = self.of in (mount.source, label(found, LABEL_OF))
        return of and mount.read_only


def help_of(container: CreateContainer, world: World) -> Help | None:
    """Return what the container helps with, None when it is no such helper.

    A scratch server runs ``postgres``. A copy that is written to a protected volume needs the
    journal of a recreation that is at this step; what it compares, it mounts read-only.
    """
    if container.name.endswith(_SERVER) and container.command[:1] == (DATABASE,):
        return _help(container.name.removesuffix(_SERVER), world)
    if not container.name.endswith(_COPYING):
        return None
    found = _help(container.name.removesuffix(_COPYING), world)
    writes = any(not m.read_only for m in container.mounts)
    if found is None or (writes and not _is_written(found, world)):
        return None
    return found


def _help(name: str, world: World) -> Help | None:
    volume = world.volume(name)
    return Help(name, label(volume, LABEL_OF) or name) if volume is not None else None


def _is_written(helps: Help, world: World) -> bool:
    """Tell whether a recreation is at the step that fills the volume."""
    if not protects(helps.volume, world):
        return True
    journal = world.volume(journal_name(helps.of))
    phase = label(journal, LABEL_PHASE)
    if helps.volume == helps.of:
        return phase == REBUILDING
    return phase == KEEPING and label(journal, LABEL_KEPT_AS) == helps.volume
