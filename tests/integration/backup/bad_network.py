"""A proxy before the store that fails in the way a test asks for, request by request."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Fault = str
"""`cut`: the connection breaks in the middle of the body; `500`: that answer; `garbage`: an
answer that is no HTTP; `page`: a web page with 200; `silent`: no answer at all; `lost`: the store
does it, and its answer is lost; `half`: the answer breaks in the middle."""
Plan = Callable[[str, str], Fault | None]
"""From method and path to what shall happen; None lets the request pass."""


@dataclass
class BadNetwork:
    """The proxy: `plan` decides, `seen` has every request with what happened to it."""

    endpoint: str
    plan: Plan = lambda method, path: None
    dislikes: tuple[str, ...] = ()
    """What names or values of headers begin with that the store refuses, in lower case."""
    refusal: tuple[int, str] = (501, "NotImplemented")
    seen: list[tuple[str, str, Fault | None]] = field(default_factory=list)

    def disliked(self, headers: Iterable[tuple[str, str]]) -> bool:
        """Whether the store refuses a request with these headers."""
        words = [word.lower() for header in headers for word in header]
        return bool(self.dislikes) and any(word.startswith(self.dislikes) for word in words)

    def count(self, method: str, part: str) -> int:
        """How many requests of `method` had `part` in their path and passed."""
        return sum(m == method and part in p and f is None for m, p, f in self.seen)


def failing(times: int, method: str, part: str, fault: Fault) -> Plan:
    """A plan that fails the first `times` requests of this kind."""
    left = [times]

    def plan(asked: str, path: str) -> Fault | None:
        if asked == method and part in path and left[0] > 0:
            left[0] -= 1
            return fault
        return None

    return plan


@contextlib.contextmanager
def bad_network(port: int) -> Iterator[BadNetwork]:
    """Run the proxy before the server on `port`."""
    network = BadNetwork("")
    handler = type("Handler", (_Handler,), {"network": network, "port": port})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    network.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield network
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    network: BadNetwork
    port: int
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        fault = self.network.plan(self.command, self.path)
        self.network.seen.append((self.command, self.path, fault))
        self.close_connection = True
        length = int(self.headers.get("Content-Length", 0))
        if fault == "cut":
            self.rfile.read(length // 2)
            self.connection.close()
            return
        body = self.rfile.read(length)
        if self.network.disliked(self.headers.items()):
            self._refuse()
        elif fault in (None, "lost", "half"):
            self._forward(body, fault)
        elif fault == "500":
            self._write(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        elif fault == "garbage":
            self._write(b"\x00\xff it speaks another language\r\n\r\n")
        elif fault == "page":
            page = b"<html><body>Please log in to this network</body></html>"
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}"
            self._write(head.encode() + b"\r\nConnection: close\r\n\r\n" + page)
        elif fault == "silent":
            threading.Event().wait(1.5)

    def _refuse(self) -> None:
        status, code = self.network.refusal
        words = "A header you provided implies functionality that is not implemented"
        body = f"<Error><Code>{code}</Code><Message>{words}</Message></Error>".encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self._write(b"" if self.command == "HEAD" else body)

    def _forward(self, body: bytes, fault: Fault | None) -> None:
        upstream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() != "expect":
                upstream.putheader(name, value)
        upstream.endheaders(body)
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        if fault == "lost":
            self.connection.close()
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else len(content)
        self.send_header("Content-Length", str(length or 0))
        self.send_header("Connection", "close")
        self.end_headers()
        self._write(content[: len(content) // 2] if fault == "half" else content)

    def _write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815 - the names of http.server

    def log_message(self, *_: object) -> None:
        """Say nothing."""
