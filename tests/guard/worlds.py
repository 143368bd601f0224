"""A daemon as data, for tests of the guard: what it has is listed, and every question is counted.

    world = World(*environment("prod"), container("builder"), proven=("prod",))

Names, ids and beginnings of ids are understood as the daemon does. ``down`` makes every question
fail, ``asked`` lists those that were asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from posixpath import normpath
from typing import TypeVar

from guard.world import (
    Container,
    ContainerMount,
    Image,
    Network,
    Proof,
    Volume,
    WorldError,
)
from infra.conventions import (
    CADDY_CONFIG_VOLUME,
    CADDY_VOLUME,
    DB_VOLUME,
    LABEL_ENVIRONMENT,
    LABEL_IMAGE_ORIGIN,
    LABEL_SERVICE,
    LABEL_STACK,
    MEDIA_VOLUME,
    PROTECTED_VOLUMES,
    REDIS_VOLUME,
    VOLUMES,
    container_name,
    network_name,
    volume_labels,
    volume_name,
)

COMPOSE_PROJECT = "com.docker.compose.project"
COMPOSE_SERVICE = "com.docker.compose.service"
DATA_ROOT = "/var/lib/docker"
HOME = "/home/dev/project"
"""Where relative paths begin."""

Thing = Volume | Container | Image | Network
Kind = TypeVar("Kind", Volume, Container, Image, Network)
Named = TypeVar("Named", Container, Network)


class World:
    """A scripted daemon with an archive; see the module."""

    def __init__(
        self,
        *things: Thing,
        proven: Iterable[str] = (),
        data_root: str = DATA_ROOT,
        version: tuple[int, ...] = (20, 10, 24),
        links: Mapping[str, str] | None = None,
        down: bool = False,
    ) -> None:
        """Take the daemon's objects, and the environments that have a proven backup.

        ``links`` are symbolic links of the machine, from a path to what it points to.
        """
        self.things = things
        self.proven = frozenset(proven)
        self.root = data_root
        self.version = version
        self.links = dict(links or {})
        self.down = down
        self.asked: list[str] = []

    def volume(self, name: str) -> Volume | None:
        """Return the volume of that name."""
        self._ask(f"volume {name}")
        return next((v for v in self._all(Volume) if v.name == name), None)

    def volumes(self) -> list[Volume]:
        """Return all volumes."""
        self._ask("volumes")
        return list(self._all(Volume))

    def container(self, reference: str) -> Container | None:
        """Return the container that the reference means."""
        self._ask(f"container {reference}")
        return self._meant(self._all(Container), reference)

    def containers(self) -> list[Container]:
        """Return all containers."""
        self._ask("containers")
        return list(self._all(Container))

    def image(self, reference: str) -> Image | None:
        """Return the image that a name or id means; no tag means ``latest``."""
        self._ask(f"image {reference}")
        names = {reference, f"{reference}:latest"}
        for image in self._all(Image):
            if names & set(image.names) or _begins(image.id, reference):
                return image
        return None

    def images(self) -> list[Image]:
        """Return all images."""
        self._ask("images")
        return list(self._all(Image))

    def network(self, reference: str) -> Network | None:
        """Return the network that the reference means."""
        self._ask(f"network {reference}")
        return self._meant(self._all(Network), reference)

    def networks(self) -> list[Network]:
        """Return all networks."""
        self._ask("networks")
        return list(self._all(Network))

    def data_root(self) -> str:
        """Return the folder of the daemon's data."""
        self._ask("data root")
        return self.root

    def real_path(self, path: str) -> str:
        """Follow the scripted links."""
        whole = path.replace("~", "/home/dev", 1) if path.startswith("~") else f"{HOME}/{path}"
        whole = normpath(path if path.startswith("/") else whole)
        for link, target in self.links.items():
            if whole == link or whole.startswith(f"{link}/"):
                return normpath(target + whole.removeprefix(link))
        return whole

    def engine_version(self) -> tuple[int, ...]:
        """Return the engine's version."""
        self._ask("version")
        return self.version

    def project_containers(
        self, project: str, files: Iterable[str], services: Iterable[str]
    ) -> list[Container]:
        """Return the containers with compose's labels; no project means the folder's own."""
        self._ask(f"project {project} {' '.join(files)} {' '.join(services)}".rstrip())
        wanted = set(services)
        return [
            container
            for container in self._all(Container)
            if container.labels.get(COMPOSE_PROJECT) == (project or "project")
            and (not wanted or container.labels.get(COMPOSE_SERVICE) in wanted)
        ]

    def proof(self, environment: str) -> Proof:
        """Return whether the environment was listed as proven."""
        self._ask(f"proof {environment}")
        if environment in self.proven:
            backup = f"ledgerflow_db_backup_{environment}"
            return Proof(True, f"{backup} is proven and 5 min old", backup)
        return Proof(False, f"no verified backup of {environment} exists")

    def _ask(self, question: str) -> None:
        self.asked.append(question)
        if self.down:
            raise WorldError("the daemon does not answer")

    def _all(self, kind: type[Kind]) -> Iterator[Kind]:
        return (thing for thing in self.things if isinstance(thing, kind))

    @staticmethod
    def _meant(things: Iterator[Named], reference: str) -> Named | None:
        found = list(things)
        for thing in found:
            if reference in (thing.name, thing.id):
                return thing
        begun = [thing for thing in found if _begins(thing.id, reference)]
        return begun[0] if len(begun) == 1 else None


def identity(name: str) -> str:
    """Return an id of 64 digits, the same for the same name."""
    return sha256(name.encode()).hexdigest()


def volume(name: str, device: str | None = None, **labels: str) -> Volume:
    """Return a volume; ``labels`` as keywords, two underscores for a dot."""
    return Volume(name, _labels(labels), f"{DATA_ROOT}/volumes/{name}/_data", device)


def container(
    name: str,
    *mounts: str,
    image: str = "alpine:3",
    running: bool = True,
    status: str = "",
    **labels: str,
) -> Container:
    """Return a container; mounts as ``source:/target[:ro]``, a path or the name of a volume."""
    return Container(
        id=identity(name),
        name=name,
        labels=_labels(labels),
        image_id=f"sha256:{identity(image)}",
        image=image,
        running=running,
        status=status or ("running" if running else "exited"),
        mounts=tuple(map(_mount, mounts)),
    )


def image(name: str = "", *more: str, **labels: str) -> Image:
    """Return an image of these names; none makes a dangling one."""
    names = tuple(filter(None, (name, *more)))
    return Image(f"sha256:{identity(name or 'dangling')}", names, _labels(labels))


def network(name: str, **labels: str) -> Network:
    """Return a network."""
    return Network(identity(f"network {name}"), name, _labels(labels))


def environment(
    name: str, *, running: bool = True, protected_by_label: bool = True
) -> tuple[Thing, ...]:
    """Return all that an environment has; of the slots, ``green`` is the one that is stopped."""
    own = {LABEL_ENVIRONMENT: name, LABEL_STACK: name}

    def service(service: str, image: str, *mounts: str, runs: bool = running) -> Container:
        found = container(container_name(name, service), *mounts, image=image, running=runs)
        return _with(found, {**own, LABEL_SERVICE: service})

    def data(kind: str) -> Volume:
        protected = protected_by_label and kind in PROTECTED_VOLUMES
        labels = volume_labels(name, protected=protected)
        found = volume(volume_name(name, kind))
        return Volume(found.name, labels, found.mountpoint)

    db, media, redis = (volume_name(name, kind) for kind in (DB_VOLUME, MEDIA_VOLUME, REDIS_VOLUME))
    caddy, config = (volume_name(name, kind) for kind in (CADDY_VOLUME, CADDY_CONFIG_VOLUME))
    django = f"ledgerflow-django:{name}"
    origin = {LABEL_IMAGE_ORIGIN: "built"}
    return (
        *(data(kind) for kind in VOLUMES),
        service("postgres", "postgres:17.4", f"{db}:/var/lib/postgresql/data"),
        service("redis", "redis:7.2", f"{redis}:/data"),
        service("django-blue", f"{django}-2", f"{media}:/srv/media"),
        service("django-green", f"{django}-1", f"{media}:/srv/media", runs=False),
        service("caddy", "caddy:2.10", f"{caddy}:/data", f"{config}:/config"),
        *(Network(identity(n), n, own) for n in _networks(name)),
        *(image(n) for n in ("postgres:17.4", "redis:7.2", "caddy:2.10")),
        *(Image(f"sha256:{identity(n)}", (n,), origin) for n in _slots(django)),
    )


def _networks(name: str) -> list[str]:
    return [network_name(name, kind) for kind in ("edge", "internal", "egress")]


def _slots(django: str) -> list[str]:
    return [f"{django}-{version}" for version in (0, 1, 2)]


def _with(found: Container, labels: Mapping[str, str]) -> Container:
    return Container(**{**vars(found), "labels": labels})


def _labels(keywords: Mapping[str, str]) -> dict[str, str]:
    return {key.replace("__", "."): value for key, value in keywords.items()}


def _mount(text: str) -> ContainerMount:
    source, target, *mode = text.split(":")
    read_only = mode == ["ro"]
    if source.startswith("/"):
        return ContainerMount(target, source=source, read_only=read_only)
    path = f"{DATA_ROOT}/volumes/{source}/_data"
    return ContainerMount(target, source, path, read_only=read_only)


def _begins(whole: str, reference: str) -> bool:
    digits = whole.removeprefix("sha256:")
    return len(reference) > 3 and (whole.startswith(reference) or digits.startswith(reference))
