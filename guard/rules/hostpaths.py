"""LF004, LF020, LF021, LF043 and LF048: which folders of the machine a container may mount.

A path is read as the kernel would: ``..``, ``//``, links, and ``/proc/<process>/root``, which is
the machine's root under another name. Both the path as written and what its links lead to are
judged, so that neither hides the other.
"""

import re
from collections.abc import Callable
from fnmatch import fnmatch
from typing import Final, NamedTuple

from guard.decision import Decision
from guard.rules.objects import data_roots, in_archive, is_protected
from guard.rules.paths import Parts, parts, related, within
from guard.rules.situation import Situation, refuse
from guard.world import World
from infra.conventions import BACKUPS_FOLDER, SYNCED_FOLDERS


class _Mount(NamedTuple):
    """A folder or file of the machine, and how it is mounted."""

    place: Parts
    read_only: bool
    backed_up: str
    """The environment whose backup the container is."""
    world: World


_DAEMON_DATA: Final = tuple(parts(p) for p in ("/var/lib/docker", "/var/lib/containerd"))
_SOCKET: Final = re.compile(r"(docker|podman|containerd|buildkitd|crio|dockershim)[^/]*\.sock.*")
_SOCKET_FOLDERS: Final = tuple(
    parts(p) for p in ("/run/docker", "/run/containerd", "/run/podman", "/run/crio")
)
"""The daemon's sockets, and in the first one those of its plugins, the guard's among them."""
_USER_SOCKETS: Final = ("run", "user")
_SETTINGS: Final = tuple(
    parts(p) for p in ("/etc/docker", "/etc/systemd", "/usr/lib/systemd", "/lib/systemd")
)
_OWN: Final = ".ledgerflow"
"""In the checkout: state, passphrase, and the guard's audit log."""
_LAYERED: Final = "overlay"
_KERNEL: Final = (("proc",), ("sys",), ("dev",))
_QUIET: Final = tuple(
    ("dev", *name.split("/"))
    for name in (
        "bus/usb", "dri", "full", "fuse", "input", "kvm", "net/tun", "null", "pts", "random",
        "shm", "snd", "tty", "urandom", "zero",
    )
)  # fmt: skip
"""Device files through which nobody reaches a disk or the machine's memory."""
_SERIAL: Final = re.compile(r"(tty(USB|ACM|S)|video|nvidia)[0-9a-z-]*")


def mounts(
    source: str, situation: Situation, *, read_only: bool, backed_up: str = ""
) -> list[Decision]:
    """Return what is wrong with mounting a path; ``backed_up``: by this environment's backup.

    Read-only does not help where reading is reaching: a socket is one, and what the daemon keeps
    is everybody's data.
    """
    written = [source] if source.startswith("/") else []
    places = dict.fromkeys(map(parts, (*written, situation.world.real_path(source))))
    return [
        refuse(rule, f"{source} {what}", way)
        for place in places
        for rule, reaches, what, way in _PLACES
        if reaches(_Mount(place, read_only, backed_up, situation.world))
    ]


def device(path: str, situation: Situation) -> list[Decision]:
    """Return what is wrong with a volume whose device is this path; others are no paths."""
    if path == _LAYERED:
        way = "mount the folder itself: what an overlay is made of is not seen"
        return [refuse("LF021", "a volume of the type overlay may reach any folder", way)]
    if not path.startswith(("/", "~", ".")):
        return []
    return mounts(path, situation, read_only=False)


def is_quiet_device(path: str) -> bool:
    """Tell whether a device file reaches neither a disk nor the machine's memory."""
    place = parts(path)
    return any(within(place, quiet) for quiet in _QUIET) or (
        len(place) == 2 and place[0] == "dev" and _SERIAL.fullmatch(place[1]) is not None
    )


def _reaches_daemon(mount: _Mount) -> bool:
    place = mount.place
    if any(_SOCKET.fullmatch(component) for component in place):
        return True
    if place[:2] == _USER_SOCKETS and len(place) < 4:
        return True
    return any(related(place, folder) for folder in _SOCKET_FOLDERS)


def _reaches_data(mount: _Mount) -> bool:
    for root in (*data_roots(mount.world), *_DAEMON_DATA):
        logs = mount.read_only and within(mount.place, (*root, "containers"))
        if related(mount.place, root) and not logs:
            return True
    return False


def _reaches_volume(mount: _Mount) -> bool:
    """Of a protected volume that lies elsewhere on the machine."""
    world = mount.world
    devices = [v.device for v in world.volumes() if v.device and is_protected(v)]
    paths = [path for d in devices if d.startswith("/") for path in (d, world.real_path(d))]
    return any(related(mount.place, parts(path)) for path in paths)


def _reaches_settings(mount: _Mount) -> bool:
    if mount.read_only:
        return False
    return _OWN in mount.place or any(related(mount.place, folder) for folder in _SETTINGS)


def _reaches_kernel(mount: _Mount) -> bool:
    place = mount.place
    if is_quiet_device("/" + "/".join(place)):
        return False
    if not mount.read_only:
        return any(within(place, folder) for folder in _KERNEL)
    # a process's own view of its root, and disks, are no less reached by reading
    return (place[:1] == ("proc",) and len(place) > 2) or (place[:1] == ("dev",) and len(place) > 1)


def _reaches_archive(mount: _Mount) -> bool:
    """Of the archive, and of a folder that holds it, as far as a container tells where it is."""
    if mount.read_only:
        return False
    if in_archive("/".join(mount.place)):
        return mount.place[-2:] != (BACKUPS_FOLDER, mount.backed_up)
    sources = [m.source for c in mount.world.containers() for m in c.mounts if not m.volume]
    return any(in_archive(s) and within(parts(s), mount.place) for s in sources)


def _reaches_synced(mount: _Mount) -> bool:
    return not mount.read_only and any(
        fnmatch(component.lower(), pattern)
        for component in mount.place
        for pattern in SYNCED_FOLDERS
    )


_PLACES: Final[tuple[tuple[str, Callable[[_Mount], bool], str, str], ...]] = (
    (
        "LF021",
        _reaches_daemon,
        "reaches the Docker daemon's socket",
        "what must ask the daemon runs on the machine, not in a container",
    ),
    (
        "LF021",
        _reaches_data,
        "reaches what the Docker daemon keeps, every volume's data with it",
        "mount the folder that you need, or a volume by its name",
    ),
    (
        "LF043",
        _reaches_volume,
        "reaches the data of a protected volume",
        "mount another folder; make backup copies what the volume holds",
    ),
    (
        "LF048",
        _reaches_settings,
        "holds what the guard stands on: the daemon's settings, or LedgerFlow's own records",
        "mount it read-only, or the folder that you need",
    ),
    (
        "LF020",
        _reaches_kernel,
        "gives the container the machine's devices or its kernel",
        "name the one file that is needed; /sys, /proc and /dev may be mounted read-only",
    ),
    (
        "LF043",
        _reaches_archive,
        "is or holds the archive of backups",
        "mount it read-only; ledgerflow-backup alone writes there (make backup, make prune)",
    ),
    (
        "LF004",
        _reaches_synced,
        "lies in a folder that a sync program keeps",
        "mount a folder that no sync program keeps, or mount it read-only",
    ),
)
