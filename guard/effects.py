"""What a command line or a request to the daemon would do, as data.

An effect names the object as the caller named it (a name, an id or the beginning of one); which
object that is, is for the rules to ask the daemon. Everything is immutable, so that effects can be
compared, put in sets and written down.
"""

from guard.records import dataclass

Filters = tuple[tuple[str, str], ...]
"""Filters of a prune, as (key, value): ``("label", "a=b")``, ``("label!", "keep")``."""


@dataclass(frozen=True)
class Look:
    """Nothing is changed: listing, inspecting, reading logs, building, pulling, logging in."""

    what: str = ""


@dataclass(frozen=True)
class Unknown:
    """The grammar does not know this; ``named`` are all words that may name objects."""

    what: str
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class RemoveVolume:
    """A named volume is deleted."""

    volume: str
    force: bool = False


@dataclass(frozen=True)
class PruneVolumes:
    """Volumes that no container uses are deleted.

    ``every`` says that named ones are meant too; engines before 23 always mean them.
    """

    every: bool = False
    filters: Filters = ()


@dataclass(frozen=True)
class CreateVolume:
    """A volume is created; Docker answers with the present one when the name is taken."""

    volume: str
    """Empty for an anonymous one."""
    labels: tuple[tuple[str, str], ...] = ()
    driver: str = "local"
    device: str | None = None
    """The driver's option ``device``: a folder or a device of the machine."""


@dataclass(frozen=True)
class StopContainer:
    """A container is stopped, restarted or paused; its server may finish what it does."""

    container: str


@dataclass(frozen=True)
class KillContainer:
    """A container is stopped without leave to finish: kill, ``rm -f``, a grace of 0 seconds."""

    container: str


@dataclass(frozen=True)
class StartContainer:
    """A container that exists is started or unpaused."""

    container: str


@dataclass(frozen=True)
class RemoveContainer:
    """A container is deleted; ``volumes``: its anonymous volumes too; ``force``: killed first."""

    container: str
    volumes: bool = False
    force: bool = False


@dataclass(frozen=True)
class PruneContainers:
    """Stopped containers are deleted."""

    filters: Filters = ()


@dataclass(frozen=True)
class ChangeContainer:
    """A container is renamed, or its limits or restart policy are changed."""

    container: str
    change: str
    """``rename`` or ``update``."""
    new_name: str = ""
    """Of a rename: what it is called from then on."""


@dataclass(frozen=True)
class Mounted:
    """One mount of a new container."""

    source: str
    """Name of a volume, or an absolute path of the machine; empty for an anonymous volume."""
    target: str
    read_only: bool = False
    device: str | None = None
    """The option ``device`` of a volume that is made by the way (``volume-opt=device=…``)."""

    @property
    def is_path(self) -> bool:
        """Whether a folder or file of the machine is mounted, not a volume."""
        return self.source.startswith(("/", "~", "."))


@dataclass(frozen=True)
class CreateContainer:
    """A container is made (``run``, ``create``, a service, ``compose up`` or ``run``)."""

    name: str = ""
    image: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    mounts: tuple[Mounted, ...] = ()
    volumes_from: tuple[str, ...] = ()
    """Containers whose mounts it takes over; with ``:ro`` after the name, to read only."""
    privileged: bool = False
    capabilities: tuple[str, ...] = ()
    """Added ones, without ``CAP_``, in upper case."""
    devices: tuple[str, ...] = ()
    """Paths of the machine's devices; a device cgroup rule counts as ``rule:…``."""
    security_options: tuple[str, ...] = ()
    namespaces: tuple[tuple[str, str], ...] = ()
    """Shared ones: ``("pid", "host")``, ``("network", "container:x")``; kinds: pid, network, ipc,
    userns, uts, cgroup."""
    networks: tuple[str, ...] = ()
    """Networks that it is put on, by the names or ids that the caller gave."""
    command: tuple[str, ...] = ()
    remove_after: bool = False
    """``--rm``: removed with its anonymous volumes when it ends."""


@dataclass(frozen=True)
class Execute:
    """A process is started in a running container; ``command`` is empty when it is not known."""

    container: str
    command: tuple[str, ...] = ()
    privileged: bool = False
    user: str = ""
    folder: str = ""
    """The folder that it starts in (``--workdir``); empty for the container's own."""


@dataclass(frozen=True)
class CopyInto:
    """Files are written into a container at ``path``."""

    container: str
    path: str


@dataclass(frozen=True)
class RemoveImage:
    """An image or one of its names is deleted."""

    image: str
    force: bool = False


@dataclass(frozen=True)
class PruneImages:
    """Images that no container uses are deleted; not ``every``: only those without a name."""

    every: bool = False
    filters: Filters = ()


@dataclass(frozen=True)
class RemoveNetwork:
    """A network is deleted."""

    network: str


@dataclass(frozen=True)
class PruneNetworks:
    """Networks that no container uses are deleted."""

    filters: Filters = ()


@dataclass(frozen=True)
class ChangeNetwork:
    """A container is taken off a network, or put on one."""

    network: str
    container: str
    connect: bool


@dataclass(frozen=True)
class ChangePlugin:
    """A plugin of the daemon is disabled, removed, upgraded or set; ``change`` says which."""

    plugin: str
    change: str


@dataclass(frozen=True)
class ChangeSwarm:
    """The swarm is left, or its services, secrets or nodes are changed; ``change`` says which."""

    change: str
    name: str = ""


@dataclass(frozen=True)
class StopProject:
    """``compose down``: the containers and networks of a project go, with ``volumes`` those too.

    ``project`` is the compose project's name, empty when only its files tell; ``files`` are the
    files named on the command line; ``images`` is the value of ``--rmi``.
    """

    project: str = ""
    files: tuple[str, ...] = ()
    volumes: bool = False
    images: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class StartProject:
    """``compose up``, ``create``, ``run``, ``start``: what the files name is made and started.

    ``renew_volumes`` is ``--renew-anon-volumes``; ``mounts`` are those added on the command line.
    """

    project: str = ""
    files: tuple[str, ...] = ()
    renew_volumes: bool = False
    remove_orphans: bool = False
    mounts: tuple[Mounted, ...] = ()


@dataclass(frozen=True)
class RemoveProjectContainers:
    """``compose rm``: a project's stopped containers go, with ``volumes`` the unnamed ones too."""

    project: str = ""
    files: tuple[str, ...] = ()
    volumes: bool = False
    force: bool = False
    services: tuple[str, ...] = ()


ContainerEffect = StopContainer | KillContainer | StartContainer | Execute | CopyInto


@dataclass(frozen=True)
class OnServices:
    """What compose does to each container of a project's services.

    ``effect`` is that of one container, with its ``container`` left empty; without ``services``
    all of the project are meant. Which containers these are, ``World.project_containers`` tells.
    """

    project: str
    files: tuple[str, ...]
    services: tuple[str, ...]
    effect: ContainerEffect


Effect = (
    Look
    | Unknown
    | RemoveVolume
    | PruneVolumes
    | CreateVolume
    | StopContainer
    | KillContainer
    | StartContainer
    | RemoveContainer
    | PruneContainers
    | ChangeContainer
    | CreateContainer
    | Execute
    | CopyInto
    | RemoveImage
    | PruneImages
    | RemoveNetwork
    | PruneNetworks
    | ChangeNetwork
    | ChangePlugin
    | ChangeSwarm
    | StopProject
    | StartProject
    | RemoveProjectContainers
    | OnServices
)
