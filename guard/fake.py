"""A scripted daemon: a world read from a file, for demonstrations, documentation and tests.

The file is YAML or JSON, with lists ``volumes``, ``containers``, ``images`` and ``networks``, whose
entries have the fields of :mod:`guard.world`; ``proofs`` says which environments have a backup that
counts, ``backups`` what `make backup` would then give. ``unreachable`` is the reason why the daemon
does not answer. Nothing of a file is ever run; `ledger_docker --fake` prints what would be.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from guard.world import Container, ContainerMount, Image, Network, Proof, Volume, WorldError

_KEYS: Final = frozenset(
    {"volumes", "containers", "images", "networks", "proofs", "backups"}
    | {"engine", "data_root", "unreachable"}
)
LABEL_PROJECT: Final = "com.docker.compose.project"
LABEL_PROJECT_SERVICE: Final = "com.docker.compose.service"
T = TypeVar("T")


class FakeFileError(Exception):
    """A file that describes no daemon; the message says what is wrong with it."""


@dataclass
class FakeWorld:
    """The daemon that a file describes; see :class:`guard.world.World`."""

    known_volumes: Sequence[Volume] = ()
    known_containers: Sequence[Container] = ()
    known_images: Sequence[Image] = ()
    known_networks: Sequence[Network] = ()
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    backups: Mapping[str, Proof] = field(default_factory=dict)
    """Per environment, the proof that making a backup gives."""
    engine: tuple[int, ...] = (20, 10, 24)
    root: str = "/var/lib/docker"
    unreachable: str | None = None

    def volume(self, name: str) -> Volume | None:
        """Return the volume of that name."""
        return next((v for v in self.volumes() if v.name == name), None)

    def volumes(self) -> Sequence[Volume]:
        """Return all volumes."""
        return self._asked(self.known_volumes)

    def container(self, reference: str) -> Container | None:
        """Return the container that the reference means."""
        return _meant(reference, self.containers(), lambda c: (c.name,))

    def containers(self) -> Sequence[Container]:
        """Return all containers."""
        return self._asked(self.known_containers)

    def image(self, reference: str) -> Image | None:
        """Return the image that the reference means; without a tag it is ``latest``."""
        tagged = reference if ":" in reference else f"{reference}:latest"
        return _meant(reference, self.images(), lambda i: i.names, tagged)

    def images(self) -> Sequence[Image]:
        """Return all images."""
        return self._asked(self.known_images)

    def network(self, reference: str) -> Network | None:
        """Return the network that the reference means."""
        return _meant(reference, self.networks(), lambda n: (n.name,))

    def networks(self) -> Sequence[Network]:
        """Return all networks."""
        return self._asked(self.known_networks)

    def data_root(self) -> str:
        """Return the folder of the daemon's data."""
        return self._asked(self.root)

    def real_path(self, path: str) -> str:
        """Return the path made absolute; a scripted machine has no links."""
        return os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111 - resolves no link

    def engine_version(self) -> tuple[int, ...]:
        """Return the engine's version."""
        return self._asked(self.engine)

    def project_containers(
        self, project: str, files: Sequence[str], services: Sequence[str]
    ) -> Sequence[Container]:
        """Return the containers of a project by compose's labels; files are not looked at."""
        return [
            container
            for container in self.containers()
            if project
            and container.labels.get(LABEL_PROJECT) == project
            and (not services or container.labels.get(LABEL_PROJECT_SERVICE) in services)
        ]

    def proof(self, environment: str) -> Proof:
        """Return whether the environment has a backup that counts."""
        missing = Proof(False, f"no verified backup of {environment} exists")
        return self.proofs.get(environment, missing)

    def back_up(self, environment: str) -> None:
        """Do as if a backup of the environment had been made."""
        if environment in self.backups:
            self.proofs = {**self.proofs, environment: self.backups[environment]}

    def _asked(self, answer: T) -> T:
        if self.unreachable is not None:
            raise WorldError(self.unreachable)
        return answer


def load(path: Path) -> FakeWorld:
    """Read a scripted daemon; raise FakeFileError."""
    content = _content(path)
    unknown = content.keys() - _KEYS
    if unknown:
        raise FakeFileError(f"{path}: unknown: {', '.join(sorted(unknown))}")
    try:
        return FakeWorld(
            [Volume(**entry) for entry in content.get("volumes", ())],
            [_container(entry) for entry in content.get("containers", ())],
            [Image(**_tuples(entry, "names")) for entry in content.get("images", ())],
            [_network(entry) for entry in content.get("networks", ())],
            {name: Proof(**entry) for name, entry in content.get("proofs", {}).items()},
            {name: Proof(**entry) for name, entry in content.get("backups", {}).items()},
            tuple(int(part) for part in str(content.get("engine", "20.10.24")).split(".")),
            str(content.get("data_root", "/var/lib/docker")),
            content.get("unreachable"),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise FakeFileError(f"{path}: {error}") from None


def _content(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text()
        content = json.loads(text) if path.suffix == ".json" else _yaml(text)
    except OSError as error:
        raise FakeFileError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise FakeFileError(f"{path}: {error}") from None
    if not isinstance(content, dict):
        raise FakeFileError(f"{path} describes no daemon")
    return content


def _yaml(text: str) -> object:
    from guard.command.packages import make_importable  # noqa: PLC0415 - for people's files only

    make_importable()
    import yaml  # noqa: PLC0415

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None


def _container(entry: dict[str, Any]) -> Container:
    mounts = tuple(ContainerMount(**mount) for mount in entry.get("mounts", ()))
    named = {"id": _identifier(entry.get("name", "")), **entry, "mounts": mounts}
    return Container(**named)


def _network(entry: dict[str, Any]) -> Network:
    return Network(**{"id": _identifier(entry.get("name", "")), **entry})


def _tuples(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    named = {"id": _identifier("".join(entry.get("names", ()))), **entry}
    return {**named, **{name: tuple(entry[name]) for name in names if name in entry}}


def _identifier(name: str) -> str:
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(name.encode()).hexdigest()


def _meant(
    reference: str, objects: Sequence[T], names: Callable[[T], tuple[str, ...]], other: str = ""
) -> T | None:
    """Return the object that a name, an id or the unambiguous beginning of an id means."""
    wanted = reference.removeprefix("/")
    for each in objects:
        if wanted in names(each) or (other and other in names(each)):
            return each
    plain = wanted.removeprefix("sha256:")
    found = [o for o in objects if plain and str(vars(o)["id"]).startswith(plain)]
    return found[0] if len(found) == 1 else None
