"""What the rules ask about the daemon's objects, and nothing more.

Implementations ask a real daemon, a scripted one, or answer from a request's own knowledge. They
ask as late as possible: a command that only looks costs no question.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from guard.records import dataclass, field


class WorldError(Exception):
    """The daemon, or the archive of backups, cannot be asked; whoever judges refuses then."""


@dataclass(frozen=True)
class Volume:
    """A volume as the daemon has it."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    mountpoint: str = ""
    device: str | None = None


@dataclass(frozen=True)
class ContainerMount:
    """A mount that a container has."""

    target: str
    volume: str = ""
    """Name of the volume; empty for a folder of the machine."""
    source: str = ""
    """Path on the machine."""
    read_only: bool = False


@dataclass(frozen=True)
class Container:
    """A container as the daemon has it."""

    id: str
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    image_id: str = ""
    image: str = ""
    running: bool = False
    status: str = ""
    """As the daemon says it: ``created`` (never started), ``running``, ``exited``, …"""
    folder: str = ""
    """The folder in the container that its processes start in; empty when that is not known."""
    mounts: tuple[ContainerMount, ...] = ()


@dataclass(frozen=True)
class Image:
    """An image as the daemon has it."""

    id: str
    names: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    """A network as the daemon has it."""

    id: str
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """Whether an environment has a backup that counts: fresh, above 10 KB, proved by a restore."""

    verified: bool
    reason: str
    backup: str | None = None


class World(Protocol):
    """Questions about the daemon and the archive; each may raise WorldError.

    A reference is a name, an id or the unambiguous beginning of an id.
    """

    def volume(self, name: str) -> Volume | None:
        """Return the volume of that name."""

    def volumes(self) -> Sequence[Volume]:
        """Return all volumes."""

    def container(self, reference: str) -> Container | None:
        """Return the container that the reference means."""

    def containers(self) -> Sequence[Container]:
        """Return all containers, stopped ones too."""

    def image(self, reference: str) -> Image | None:
        """Return the image that a name, digest or id means."""

    def images(self) -> Sequence[Image]:
        """Return all images."""

    def network(self, reference: str) -> Network | None:
        """Return the network that the reference means."""

    def networks(self) -> Sequence[Network]:
        """Return all networks."""

    def data_root(self) -> str:
        """Return the folder in which the daemon keeps its data."""

    def real_path(self, path: str) -> str:
        """Return the absolute path, without links, that a path of the daemon's machine means.

        ``~`` and relative paths are read from the caller's place. Whoever cannot follow links
        there (another machine's daemon) returns the path made absolute and normal.
        """

    def engine_version(self) -> tuple[int, ...]:
        """Return the engine's version: ``(20, 10, 24)``."""

    def project_containers(
        self, project: str, files: Sequence[str], services: Sequence[str]
    ) -> Sequence[Container]:
        """Return the containers of a compose project, by the labels that compose gives."""

    def proof(self, environment: str) -> Proof:
        """Return whether the environment has a backup that counts."""
