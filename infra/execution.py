"""Runs a program inside a container with something to read: the way secrets go, never argv."""

import socket
from dataclasses import dataclass
from typing import cast

from docker.models.containers import Container
from docker.utils.socket import STDERR, STDOUT, frames_iter


@dataclass(frozen=True)
class Finished:
    """What a program in a container left: its exit code and its words."""

    code: int
    output: str
    errors: str


def execute(
    container: Container, command: list[str], stdin: str = "", user: str | None = None
) -> Finished:
    """Run ``command`` in a running container, give it ``stdin`` to its end, and wait for it.

    Neither the daemon's events nor ``docker inspect`` show what is read. ``user`` is the
    container's own unless given. Raises ``docker.errors.APIError`` when the container is not
    running.
    """
    api = container.client.api if container.client else None
    if api is None:
        raise ValueError("a container without its daemon")
    identity = api.exec_create(container.id, command, stdin=True, user=user or "")["Id"]
    stream = api.exec_start(identity, socket=True)
    # docker-py hands out a reader around the connection; only the connection can be half-closed
    connection = cast(socket.socket, getattr(stream, "_sock", None) or stream)
    words = {STDOUT: b"", STDERR: b""}
    try:
        connection.sendall(stdin.encode())
        connection.shutdown(socket.SHUT_WR)
        for kind, part in frames_iter(stream, tty=False):  # type: ignore[no-untyped-call]
            words[kind] += part
    finally:
        stream.close()
    code = api.exec_inspect(identity)["ExitCode"]
    return Finished(int(code), words[STDOUT].decode(), words[STDERR].decode(errors="replace"))
