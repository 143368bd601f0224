"""The logs of an environment's containers, each line with the name of its service."""

import queue
import threading
from collections.abc import Iterator

import docker
import docker.errors

from infra import conventions
from infra.spec import Environment

Line = tuple[str, str]


def lines(
    spec: Environment,
    client: docker.DockerClient,
    names: list[str],
    *,
    follow: bool,
    tail: int,
) -> Iterator[Line]:
    """Yield (service, line): the last ``tail`` lines of each service, then, if asked, new ones."""
    merged: queue.Queue[Line | None] = queue.Queue()

    def read(service: str) -> None:
        try:
            for text in _container_lines(spec, client, service, follow=follow, tail=tail):
                merged.put((service, text))
        except docker.errors.NotFound:
            merged.put((service, "(there is no such container)"))
        finally:
            merged.put(None)

    for name in names:
        threading.Thread(target=read, args=(name,), daemon=True).start()
    running = len(names)
    while running:
        line = merged.get()
        if line is None:
            running -= 1
        else:
            yield line


def _container_lines(
    spec: Environment, client: docker.DockerClient, service: str, *, follow: bool, tail: int
) -> Iterator[str]:
    container = client.containers.get(conventions.container_name(spec.name, service))
    rest = b""
    for chunk in container.logs(stream=True, follow=follow, tail=tail):
        *complete, rest = (rest + chunk).split(b"\n")
        for line in complete:
            yield line.decode(errors="replace")
    if rest:
        yield rest.decode(errors="replace")
