"""A small SearXNG on 127.0.0.1 that answers as it is told, also wrongly."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

RESULTS = [
    {
        "title": "Coffee Shop Berlin | Roastery & Café",
        "url": "https://www.coffeeshop-berlin.example/",
        "content": "Our coffee, our bakery: a café in Berlin.",
        "engine": "wikipedia",
    },
    {
        "title": "Coffee Shop (Berlin) - Tripadvisor",
        "url": "https://www.tripadvisor.example/coffee",
        "content": "What guests say of this café",
        "engine": "brave",
    },
    {"title": "<script>alert(1)</script>", "url": "javascript:alert(1)", "content": "x"},
    {
        "title": "Another thing",
        "url": "http://other.example/",
        "content": "<b>bold</b>",
    },
]
GOOD = {"query": "x", "results": RESULTS, "unresponsive_engines": [["google", "timeout"]]}

Reply = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Notes what was asked and replies as the server is told."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet, or the client waits for the second
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        fields = parse_qs(self.rfile.read(length).decode())
        fake: Fake = self.server.fake  # type: ignore[attr-defined]
        fake.asked.append({name: values[0] for name, values in fields.items()})
        fake.headers.append(dict(self.headers))
        fake.reply(self)

    def do_GET(self) -> None:
        self.server.fake.gets.append(self.path)  # type: ignore[attr-defined]
        self.send(200, b"{}")

    def send(self, status: int, body: bytes, **headers: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def good(handler: Handler) -> None:
    """Answer as SearXNG does."""
    handler.send(200, json.dumps(GOOD).encode(), Content_Type="application/json")


def says(body: object, status: int = 200, **headers: str) -> Reply:
    """Return a reply of this body: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda handler: handler.send(status, content, **headers)


def cut_short(handler: Handler) -> None:
    """Promise more than there is."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"results": [')
    handler.wfile.flush()
    handler.close_connection = True


def hangs_up(handler: Handler) -> None:
    """Close without a word."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def endless(handler: Handler) -> None:
    """Send more than 2 MB without telling how much."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(64):
            handler.wfile.write(b" " * 65536)
            handler.wfile.flush()
    handler.close_connection = True


@dataclass
class Fake:
    """The server, and what was asked of it."""

    url: str
    release: threading.Event
    """Set at the end; replies that hang wait for it."""
    reply: Reply = good
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    gets: list[str] = field(default_factory=list)

    def hangs(self, handler: Handler) -> None:
        """Take the question and answer nothing."""
        self.release.wait(30)
        handler.close_connection = True

    def drips(self, handler: Handler) -> None:
        """Send a byte now and then, so that no single wait is long."""
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not self.release.wait(0.05):
                handler.wfile.write(b" ")
                handler.wfile.flush()
        handler.close_connection = True


@contextlib.contextmanager
def running_fake() -> Iterator[Fake]:
    """Give a fake that runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake = Fake(f"http://127.0.0.1:{server.server_port}", threading.Event())
    server.fake = fake  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.release.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
