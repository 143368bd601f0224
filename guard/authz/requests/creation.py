"""The body that makes a container or a service, as effects.

Sources: moby, ``api/types/container/{config,hostconfig}.go``, ``api/types/mount``,
``api/types/swarm``. Engines before 25 take the fields of ``HostConfig`` at the top level as well,
so that both places are read and what either asks for counts.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from guard.authz.requests.go_json import Fields
from guard.authz.requests.unreadable import UnreadableError
from guard.effects import ChangePlugin, CreateContainer, CreateVolume, Mounted

READ_ONLY: Final = "ro"
UNCONFINED_PATHS: Final = "systempaths=unconfined"
"""What ``docker run --security-opt`` calls empty lists of masked and read-only paths."""
MASKED: Final = frozenset(
    ("/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi", "/sys/firmware")
)
READ_ONLY_PATHS: Final = frozenset(
    ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")
)
MODES: Final = {
    "PidMode": "pid",
    "NetworkMode": "network",
    "IpcMode": "ipc",
    "UsernsMode": "userns",
    "UTSMode": "uts",
    "CgroupnsMode": "cgroup",
    "Cgroup": "cgroup",
}
SHARED: Final = re.compile(r"host|container:.*", re.DOTALL)
OVERLAY_FOLDER: Final = re.compile(r"(?:lower|upper|work)dir=([^,]+)")


def container(body: Fields, name: str) -> CreateContainer:
    """Return what creating a container by ``body`` would do; raise UnreadableError."""
    places = (body, body.fields("HostConfig"))
    return CreateContainer(
        name=name.removeprefix("/"),
        image=body.text("Image"),
        labels=body.pairs("Labels"),
        mounts=(*(m for place in places for m in _mounts(place)), *_anonymous(body)),
        volumes_from=tuple(
            _taken_from(text) for place in places for text in place.texts("VolumesFrom")
        ),
        privileged=_either(places, "Privileged"),
        capabilities=_capabilities(word for place in places for word in place.texts("CapAdd")),
        devices=tuple(device for place in places for device in _devices(place)),
        security_options=tuple(o for place in places for o in _security_options(place)),
        namespaces=tuple(shared for place in places for shared in _namespaces(place)),
        networks=tuple(_networks(body, places)),
        command=(*body.words("Entrypoint"), *body.words("Cmd")),
        remove_after=_either(places, "AutoRemove"),
    )


def service(body: Fields) -> tuple[CreateContainer | ChangePlugin, ...]:
    """Return what the tasks of a swarm service would do; raise UnreadableError."""
    task = body.fields("TaskTemplate")
    inside = task.fields("ContainerSpec")
    made = CreateContainer(
        image=inside.text("Image"),
        labels=(*body.pairs("Labels"), *inside.pairs("Labels")),
        mounts=tuple(_mounts(inside)),
        capabilities=_capabilities(inside.texts("CapabilityAdd")),
        security_options=tuple(_privileges(inside.fields("Privileges"))),
        command=(*inside.words("Command"), *inside.words("Args")),
    )
    if task.has("PluginSpec"):
        return made, ChangePlugin(task.fields("PluginSpec").text("Remote"), "install")
    return (made,)


def volume(body: Fields) -> tuple[CreateVolume, ...]:
    """Return what creating a volume would do, one effect for each folder it reaches."""
    options = dict(body.pairs("DriverOpts"))
    folders = [options.get("device") or None, *OVERLAY_FOLDER.findall(options.get("o", ""))]
    name, labels = body.text("Name"), body.pairs("Labels")
    driver = body.text("Driver") or "local"
    return tuple(CreateVolume(name, labels, driver, device) for device in folders)


def _either(places: Iterable[Fields], name: str) -> bool:
    return True in [place.yes(name) for place in places]  # all are read: a wrong type is seen


def _mounts(place: Fields) -> Iterator[Mounted]:
    for bind in place.texts("Binds"):
        yield _bind(bind)
    for mount in place.each("Mounts"):
        yield from _mount(mount)


def _bind(text: str) -> Mounted:
    source, colon, rest = text.partition(":")
    if not colon:
        return Mounted("", source)
    target, _, mode = rest.partition(":")
    return Mounted(source, target, read_only=READ_ONLY in mode.split(","))


def _mount(mount: Fields) -> Iterator[Mounted]:
    kind = mount.text("Type")
    if kind in ("tmpfs", "image", "npipe"):
        return
    if kind not in ("bind", "volume", "cluster", ""):
        raise UnreadableError(f"mounts of the type {kind} are not known")
    source, target, read_only = mount.text("Source"), mount.text("Target"), mount.yes("ReadOnly")
    options = dict(mount.fields("VolumeOptions").fields("DriverConfig").pairs("Options"))
    folders = [options.get("device") or None, *OVERLAY_FOLDER.findall(options.get("o", ""))]
    for device in folders:
        yield Mounted(source, target, read_only, device)


def _anonymous(body: Fields) -> Iterator[Mounted]:
    return (Mounted("", path) for path in body.keys("Volumes"))


def _taken_from(text: str) -> str:
    container, _, mode = text.partition(":")
    return f"{container}:{READ_ONLY}" if mode == READ_ONLY else container


def _networks(body: Fields, places: Iterable[Fields]) -> Iterator[str]:
    yield from body.fields("NetworkingConfig").keys("EndpointsConfig")
    modes = [place.text("NetworkMode") for place in places]
    yield from (mode for mode in modes if mode and not SHARED.fullmatch(mode))


def _capabilities(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word.strip().upper().removeprefix("CAP_") for word in words)


def _devices(place: Fields) -> Iterator[str]:
    yield from (device.text("PathOnHost") for device in place.each("Devices"))
    yield from (f"rule:{rule}" for rule in place.texts("DeviceCgroupRules"))


def _security_options(place: Fields) -> Iterator[str]:
    yield from place.texts("SecurityOpt")
    for name, usual in (("MaskedPaths", MASKED), ("ReadonlyPaths", READ_ONLY_PATHS)):
        if place.has(name) and not usual <= set(place.texts(name)):
            yield UNCONFINED_PATHS


def _privileges(place: Fields) -> Iterator[str]:
    if place.fields("Seccomp").text("Mode") not in ("", "default"):
        yield "seccomp=unconfined"
    if place.fields("AppArmor").text("Mode") not in ("", "default"):
        yield "apparmor=unconfined"
    if place.fields("SELinuxContext").yes("Disable"):
        yield "label=disable"


def _namespaces(place: Fields) -> Sequence[tuple[str, str]]:
    modes = [(kind, place.text(field)) for field, kind in MODES.items()]
    return [(kind, mode) for kind, mode in modes if SHARED.fullmatch(mode)]
