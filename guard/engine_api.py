"""Questions to a daemon over its HTTP API: one connection, GET and HEAD only, answers kept.

Source: Docker Engine API, https://docs.docker.com/reference/api/engine/. Paths carry no version,
so the daemon answers in its newest one.
"""

import http.client
import json
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from guard.endpoint import Endpoint
from guard.world import WorldError

TIMEOUT_SECONDS: Final = 10.0
TLS_PORT: Final = 2376
CLEAR_PORT: Final = 2375


class Engine:
    """A daemon that is asked at most once for each thing; make a new one to see what changed.

    ``timeout`` is for each wait on the connection, in seconds. Not for several threads at once.
    """

    def __init__(self, endpoint: Endpoint, timeout: float = TIMEOUT_SECONDS) -> None:
        self._endpoint = endpoint
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None
        self._answers: dict[tuple[str, str], tuple[int, Mapping[str, str], bytes]] = {}

    def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        absent: Sequence[int] = (http.client.NOT_FOUND,),
    ) -> object:
        """Return what the daemon has under ``path``, None for a status that is ``absent``.

        Raises WorldError when it cannot be asked, or answers anything else.
        """
        target = _target(path, query)
        status, _, body = self._ask("GET", target)
        if status in absent:
            return None
        if status != http.client.OK:
            raise _unexpected("GET", target, status, body)
        try:
            return json.loads(body)
        except ValueError:
            raise WorldError(f"the Docker daemon's answer to {path} is no JSON") from None

    def head(self, path: str, query: Mapping[str, str]) -> Mapping[str, str] | None:
        """Return the headers, names in lower case, None when there is no such object.

        Raises WorldError as :meth:`get`.
        """
        target = _target(path, query)
        status, headers, body = self._ask("HEAD", target)
        if status not in (http.client.OK, http.client.NOT_FOUND):
            raise _unexpected("HEAD", target, status, body)
        return headers if status == http.client.OK else None

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, target: str) -> tuple[int, Mapping[str, str], bytes]:
        known = self._answers.get((method, target))
        if known is None:
            known = self._answers[method, target] = self._exchange(method, target)
        return known

    def _exchange(self, method: str, target: str) -> tuple[int, Mapping[str, str], bytes]:
        if self._connection is None:
            self._connection = _connection(self._endpoint, self._timeout)
        try:
            self._connection.request(method, target, headers={"Host": "docker"})
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            reason = (error.strerror if isinstance(error, OSError) else None) or error
            raise WorldError(f"the Docker daemon does not answer: {reason}") from None
        return response.status, {k.lower(): v for k, v in response.getheaders()}, body


def escaped(text: str) -> str:
    """Return a name or id as it stands in a path."""
    return quote(text, safe="")


def _unexpected(method: str, target: str, status: int, body: bytes) -> WorldError:
    return WorldError(
        f"the Docker daemon answers {method} {target} with {status}: {_message(body)}"
    )


def _target(path: str, query: Mapping[str, str] | None) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _message(body: bytes) -> str:
    with suppress(ValueError, AttributeError):
        return str(json.loads(body).get("message", ""))
    return body[:200].decode(errors="replace").strip()


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("docker", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _connection(endpoint: Endpoint, timeout: float) -> http.client.HTTPConnection:
    scheme, _, rest = endpoint.host.partition("://")
    if scheme == "unix" and rest:
        return SocketConnection(rest, timeout)
    if scheme in ("tcp", "http", "https") and rest:
        return _tcp(endpoint, timeout, encrypted=scheme == "https")
    raise WorldError(
        f"the Docker daemon at {endpoint.host} cannot be asked about its objects: only unix:// "
        "and tcp:// are understood"
    )


def _tcp(endpoint: Endpoint, timeout: float, *, encrypted: bool) -> http.client.HTTPConnection:
    try:
        address = urlsplit(endpoint.host)
        name, port = address.hostname or "127.0.0.1", address.port
    except ValueError as error:
        raise WorldError(f"{endpoint.host} is no address of a daemon: {error}") from None
    if endpoint.certificates is None and not encrypted:
        return http.client.HTTPConnection(name, port or CLEAR_PORT, timeout=timeout)
    context = _tls(endpoint)
    return http.client.HTTPSConnection(name, port or TLS_PORT, timeout=timeout, context=context)


def _tls(endpoint: Endpoint) -> ssl.SSLContext:
    """Return the TLS settings that the docker client would use with these files."""
    folder = endpoint.certificates
    try:
        authority = folder / "ca.pem" if folder else None
        known = authority is not None and authority.exists()
        context = ssl.create_default_context(cafile=authority if known else None)
        if not endpoint.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if folder and (folder / "cert.pem").exists():
            context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    except OSError as error:
        raise WorldError(f"the TLS files in {folder} cannot be used: {error}") from None
    return context
