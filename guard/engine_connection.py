"""Connections to a daemon by the standard library's HTTP: over TCP, with or without TLS, and Unix.

Apart from :mod:`guard.engine_api`, because importing it takes longer than most commands.
"""

import http.client
import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

from guard.endpoint import Endpoint
from guard.world import WorldError

TLS_PORT: Final = 2376
CLEAR_PORT: Final = 2375


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("docker", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def exchange(
    connection: http.client.HTTPConnection, method: str, target: str
) -> tuple[int, dict[str, str], bytes]:
    """Ask once, and return status, headers (names in lower case) and body; raises OSError."""
    try:
        connection.request(method, target, headers={"Host": "docker"})
        response = connection.getresponse()
        body = response.read()
    except http.client.HTTPException as error:
        raise OSError(str(error) or type(error).__name__) from None
    return response.status, {k.lower(): v for k, v in response.getheaders()}, body


def tcp(endpoint: Endpoint, timeout: float) -> http.client.HTTPConnection:
    """Return a connection to an address of TCP; raise WorldError for what is no address."""
    encrypted = endpoint.host.startswith("https://")
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
