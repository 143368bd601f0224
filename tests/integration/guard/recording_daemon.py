"""A daemon that does nothing: it answers docker's client with success, and records what it asks."""

import base64
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer

from guard.authz.requests import Request

VERSION = "1.44"
RUNNING = {
    "Id": "a" * 64,
    "State": {"Running": True, "Status": "running"},
    "Config": {"Tty": False, "Image": "alpine"},
    "HostConfig": {},
    "NetworkSettings": {},
    "Mounts": [],
}
FOLDER = {
    "name": "x",
    "size": 0,
    "mode": 0x80000000 | 0o755,
    "mtime": "2020-01-01T00:00:00Z",
    "linkTarget": "",
}


@dataclass
class Daemon:
    """Where it listens, and what it was asked to change."""

    socket: str
    requests: list[Request] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        stat = base64.b64encode(json.dumps(FOLDER).encode()).decode()
        self._reply(200, headers={"X-Docker-Container-Path-Stat": stat})

    def do_GET(self):
        found = {} if "_ping" in self.path else RUNNING
        self._reply(200, found if self.path.endswith("/json") else {})

    def do_POST(self):
        self._change()

    def do_PUT(self):
        self._change()

    def do_DELETE(self):
        self._change()

    def _change(self):
        body = self._body()
        self.server.daemon.requests.append(
            Request(self.command, self.path, body, dict(self.headers))
        )
        if "/containers/create" in self.path or self.path.endswith("/create"):
            self._reply(201, {"Id": "b" * 64, "Name": "x", "Warnings": []})
        elif "/exec" in self.path:
            self._reply(409, {"message": "recorded"})
        elif "/images/" in self.path and self.command == "DELETE":
            self._reply(200, [])
        elif "prune" in self.path or "update" in self.path:
            self._reply(200, {"Warnings": []})
        else:
            self._reply(204)

    def _reply(self, status, content=None, headers=None):
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {
            "Api-Version": VERSION,
            "Ostype": "linux",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            whole = b""
            while size := int(self.rfile.readline().strip() or b"0", 16):
                whole += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return whole
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def address_string(self):
        return "client"

    def log_message(self, *words):
        """Say nothing: the requests are the record."""


class _Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that has read enough hangs up."""


@contextmanager
def recording_daemon(folder: Path):
    """Answer docker's client on a socket in the folder."""
    daemon = Daemon(str(folder / "docker.sock"))
    with _Server(daemon.socket, _Handler) as server:
        server.daemon = daemon
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield daemon
        finally:
            server.shutdown()
