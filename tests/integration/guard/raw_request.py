"""Requests over the daemon's socket, byte by byte as they are written down."""

import http.client
import io
import json
import tarfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guard.engine_connection import SocketConnection

PATIENCE = 60.0


@dataclass(frozen=True)
class Raw:
    """One entry of a file of requests; see ``attacks.yaml``."""

    name: str
    request: str
    status: int = 403
    body: Any = None
    raw: str | None = None
    headers: dict[str, Any] = field(default_factory=dict)
    chunked: bool = False
    padded: int = 0
    tar: bool = False


@dataclass(frozen=True)
class Reply:
    """What the daemon answered."""

    status: int
    text: str


def read_requests(entries: list[dict[str, Any]], names: dict[str, str]) -> list[Raw]:
    """The requests of a file, with ``{names}`` put in."""
    return [Raw(**_filled(entry, names)) for entry in entries]


def send(socket: Path, raw: Raw, *, read: bool = True) -> Reply:
    """Send one request on a connection of its own."""
    method, _, address = raw.request.partition(" ")
    connection = SocketConnection(str(socket), PATIENCE)
    content = _content(raw)
    connection.putrequest(method, address.replace(" ", "%20"), skip_host=True)
    connection.putheader("Host", "docker")
    for name, values in _headers(raw, content).items():
        for value in values if isinstance(values, list) else [values]:
            connection.putheader(name, value)
    connection.endheaders()
    if content:
        with suppress(BrokenPipeError):  # an answer may come before all is sent
            connection.send(_chunked(content) if raw.chunked else content)
    try:
        response = connection.getresponse()
        text = response.read().decode(errors="replace") if read else ""
    except (http.client.HTTPException, OSError) as error:
        return Reply(0, repr(error))
    finally:
        connection.close()
    return Reply(response.status, text)


def _filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(content, names) for key, content in value.items()}
    if isinstance(value, list):
        return [_filled(content, names) for content in value]
    if isinstance(value, str):
        for name, content in names.items():
            value = value.replace(f"{{{name}}}", content)
    return value


def _content(raw: Raw) -> bytes:
    if raw.tar:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            archive.addfile(tarfile.TarInfo("marker"), io.BytesIO())
        return buffer.getvalue()
    if raw.raw is not None:
        return raw.raw.encode()
    if raw.body is None:
        return b""
    return json.dumps(raw.body, ensure_ascii=False).encode() + b" " * raw.padded


def _headers(raw: Raw, content: bytes) -> dict[str, Any]:
    length = {"Transfer-Encoding": "chunked"} if raw.chunked else {"Content-Length": len(content)}
    kind = "application/x-tar" if raw.tar else "application/json" if content else None
    usual = {"Content-Type": kind} if kind else {}
    return {**usual, **raw.headers, **length}


def _chunked(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)
