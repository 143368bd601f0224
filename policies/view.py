"""What a rule sees of a resource: plain data, the same from a preview, an update or a state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

CONTAINER: Final = "docker:index/container:Container"
VOLUME: Final = "docker:index/volume:Volume"
NETWORK: Final = "docker:index/network:Network"
REMOTE_IMAGE: Final = "docker:index/remoteImage:RemoteImage"
BUILT_IMAGE: Final = "docker:index/image:Image"


class Hidden(Enum):
    """A value that cannot be looked at: rules decide on the rest."""

    UNKNOWN = "not known before the update"
    SECRET = "encrypted"  # noqa: S105 - says that it is one

    def __repr__(self) -> str:
        """Name it without quotes, as in a test's report."""
        return f"<{self.name.lower()}>"


@dataclass(frozen=True)
class Options:
    """Resource options; None where the source does not tell."""

    protect: bool | None = None
    delete_before_replace: bool | None = None


@dataclass(frozen=True)
class Resource:
    """One resource; ``props`` are its inputs, with :class:`Hidden` for what is not to be seen."""

    type: str
    name: str
    stack: str
    props: Mapping[str, Any] = field(repr=False)
    options: Options = Options()
    urn: str = ""
    exists: bool = False
    """Whether the resource was there before this run."""


@dataclass(frozen=True)
class Finding:
    """Where a resource breaks a rule. Neither text ever holds a property's value."""

    path: str
    what: str
    advisory: bool = False
    """A note: reported, but it stops nothing."""


@dataclass(frozen=True)
class BackupAnswer:
    """What the archive of backups says."""

    fresh: bool
    reason: str


@dataclass(frozen=True)
class Surroundings:
    """What rules ask that is not in a resource; a test passes its own."""

    synced_component: Callable[[str], str | None]
    """The component of a host path that a sync program keeps, symlinks followed."""
    real_path: Callable[[str], str]
    """A host path with its symlinks resolved."""
    locked_images: frozenset[str]
    """References in the lock file of images."""
    backup: Callable[[str], BackupAnswer]
    """The state of an environment's backups."""
    environment: str | None = None
    """The environment, when it is not to be read from the resources."""
    previewing: bool = True
    """Whether nothing has been changed yet."""
