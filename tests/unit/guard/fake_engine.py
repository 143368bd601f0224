"""A daemon that answers from a table, over HTTP on a Unix socket."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer


class FakeEngine(ThreadingMixIn, UnixStreamServer):
    """``answers``: ``GET /path`` to (status, JSON or headers); ``asked`` is what was asked."""

    daemon_threads = True

    def __init__(self, path, answers):
        self.answers = answers
        self.asked = []
        super().__init__(str(path), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "test"

    def log_message(self, *words):
        pass

    def do_GET(self):
        self._answer()

    def do_HEAD(self):
        self._answer()

    def _answer(self):
        asked = f"{self.command} {self.path}"
        self.server.asked.append(asked)
        missing = (404, {"message": "no such thing"})
        status, content = self.server.answers.get(asked, missing)
        self.send_response(status)
        if self.command == "HEAD":
            for name, value in (content or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def fake_engine(path, answers):
    """A running engine that answers ``answers`` on a socket at ``path``."""
    with FakeEngine(path, answers) as engine:
        thread = threading.Thread(target=engine.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield engine
        finally:
            engine.shutdown()
            thread.join()
