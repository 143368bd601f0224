"""The world as a real daemon has it: :class:`guard.world.World` over the daemon's HTTP API.

Nothing is asked before a rule asks it, and nothing twice; a world is made for one command or one
request, and thrown away.
"""

import base64
import json
import os
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from guard import engine_objects
from guard.endpoint import Endpoint
from guard.engine_api import BAD_REQUEST, NOT_FOUND, TIMEOUT_SECONDS, Engine, escaped
from guard.world import Container, Image, Network, Proof, Volume, WorldError

LABEL_PROJECT: Final = "com.docker.compose.project"
LABEL_PROJECT_SERVICE: Final = "com.docker.compose.service"
LABEL_PROJECT_FILES: Final = "com.docker.compose.project.config_files"
LABEL_PROJECT_FOLDER: Final = "com.docker.compose.project.working_dir"
"""Labels that compose gives to what it makes (compose's ``pkg/api/labels.go``)."""
MOST_LINKS: Final = 40
"""As many symbolic links as Linux follows in one path (``path_resolution(7)``)."""


T = TypeVar("T")


class DaemonWorld:
    """Answers by asking the daemon at ``host``, an address or a whole endpoint.

    ``proof`` answers for the archive of backups. ``folder`` is that in which the command was
    typed: compose files are named from there.
    """

    def __init__(
        self,
        host: str | Endpoint | None,
        proof: Callable[[str], Proof],
        *,
        timeout: float = TIMEOUT_SECONDS,
        folder: Path | None = None,
    ) -> None:
        endpoint = host if isinstance(host, Endpoint) else Endpoint(host) if host else Endpoint()
        self._engine = Engine(endpoint, timeout)
        self._local = endpoint.host.startswith("unix://")
        self.socket = os.path.realpath(endpoint.host.removeprefix("unix://")) if self._local else ""
        """The daemon's socket on this machine, without links; empty for another machine's."""
        self._proof = proof
        self._proofs: dict[str, Proof] = {}
        self._folder = folder

    def close(self) -> None:
        """Let go of the connection to the daemon."""
        self._engine.close()

    def volume(self, name: str) -> Volume | None:
        """Return the volume of that name."""
        return _one(self._engine, "volumes", name, "", engine_objects.volume)

    def volumes(self) -> Sequence[Volume]:
        """Return all volumes."""
        found = self._engine.get("/volumes")
        return _each(
            found.get("Volumes") if isinstance(found, dict) else None, engine_objects.volume
        )

    def container(self, reference: str) -> Container | None:
        """Return the container that the reference means."""
        return _one(self._engine, "containers", reference, "/json", engine_objects.container)

    def containers(self) -> Sequence[Container]:
        """Return all containers, stopped ones too."""
        return _each(
            self._engine.get("/containers/json", {"all": "1"}), engine_objects.listed_container
        )

    def image(self, reference: str) -> Image | None:
        """Return the image that a name, digest or id means."""
        # 400: what is no name of an image at all names none, for whatever verb
        absent = (NOT_FOUND, BAD_REQUEST)
        return _one(self._engine, "images", reference, "/json", engine_objects.image, absent=absent)

    def images(self) -> Sequence[Image]:
        """Return all images."""
        return _each(self._engine.get("/images/json"), engine_objects.listed_image)

    def network(self, reference: str) -> Network | None:
        """Return the network that the reference means."""
        return _one(self._engine, "networks", reference, "", engine_objects.network)

    def networks(self) -> Sequence[Network]:
        """Return all networks."""
        return _each(self._engine.get("/networks"), engine_objects.network)

    def data_root(self) -> str:
        """Return the folder in which the daemon keeps its data."""
        return str(self._fact("/info", "DockerRootDir"))

    def engine_version(self) -> tuple[int, ...]:
        """Return the engine's version: ``(20, 10, 24)``."""
        words = re.match(r"\d+(?:\.\d+)*", str(self._fact("/version", "Version")))
        if words is None:
            raise WorldError("the Docker daemon does not say which version it is")
        return tuple(int(part) for part in words[0].split("."))

    def project_containers(
        self, project: str, files: Sequence[str], services: Sequence[str]
    ) -> Sequence[Container]:
        """Return the containers of a compose project, by the labels that compose gives.

        Without a project's name it is known by its files, and without those by its folder: the
        one in which the command was typed, or one above it.
        """
        folder = self._folder or Path.cwd()
        named = {str(Path(posixpath.normpath(folder / file))) for file in files}
        places = {str(place) for place in (folder, *folder.parents)}

        def belongs(labels: Mapping[str, str]) -> bool:
            if services and labels.get(LABEL_PROJECT_SERVICE) not in services:
                return False
            if project:
                return labels.get(LABEL_PROJECT) == project
            if named:
                return not named.isdisjoint(labels.get(LABEL_PROJECT_FILES, "").split(","))
            return labels.get(LABEL_PROJECT_FOLDER) in places

        return [container for container in self.containers() if belongs(container.labels)]

    def real_path(self, path: str) -> str:
        """Return the absolute path, without links, that a path of the daemon's machine means.

        Links of another machine cannot be followed: there the path is only made absolute.
        """
        absolute = os.path.normpath((self._folder or Path.cwd()) / Path(path).expanduser())
        return os.path.realpath(absolute) if self._local else absolute

    def container_path(self, container: str, path: str) -> str:
        """Return where ``path`` of a container leads when its symbolic links are followed.

        What is not there yet is taken as it is written.
        """
        real, rest, links = "/", posixpath.normpath(f"/{path}").strip("/").split("/"), 0
        while rest:
            step = posixpath.join(real, rest.pop(0))
            target = self._link(container, step)
            if target is None:
                return posixpath.join(step, *rest)
            real, links = target or step, links + bool(target)
            if links > MOST_LINKS:
                raise WorldError(f"{path} leads in circles in the container {container}")
        return real

    def proof(self, environment: str) -> Proof:
        """Return whether the environment has a backup that counts."""
        if environment not in self._proofs:
            self._proofs[environment] = self._proof(environment)
        return self._proofs[environment]

    def _link(self, container: str, path: str) -> str | None:
        """Return where a link leads, "" when ``path`` is none, None when it is not there."""
        headers = self._engine.head(f"/containers/{escaped(container)}/archive", {"path": path})
        if headers is None:
            return None
        try:
            stat = json.loads(base64.b64decode(headers["x-docker-container-path-stat"]))
            return str(stat["linkTarget"])
        except (KeyError, ValueError, TypeError):
            raise WorldError(f"the Docker daemon does not say what {path} is") from None

    def _fact(self, path: str, key: str) -> object:
        found = self._engine.get(path)
        if not isinstance(found, dict) or not found.get(key):
            raise WorldError(f"the Docker daemon does not say its {key}")
        return found[key]


def _one(
    engine: Engine,
    kind: str,
    name: str,
    ending: str,
    made: Callable[[dict[str, Any]], T],
    *,
    absent: Sequence[int] = (NOT_FOUND,),
) -> T | None:
    if not name:
        return None
    found = engine.get(f"/{kind}/{escaped(name)}{ending}", absent=absent)
    return None if found is None else next(iter(_each([found], made)))


def _each(found: object, made: Callable[[dict[str, Any]], T]) -> list[T]:
    try:
        return [made(entry) for entry in _listing(found)]
    except (KeyError, TypeError, AttributeError) as error:
        raise WorldError(f"the Docker daemon's answer is not understood: {error!r}") from None


def _listing(found: object) -> Iterable[dict[str, Any]]:
    if found is None:
        return ()
    if not isinstance(found, list):
        raise WorldError("the Docker daemon's answer is not understood: no list")
    return found
