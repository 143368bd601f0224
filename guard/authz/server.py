"""The plugin's side of Docker's plugin protocol: HTTP on a Unix socket, JSON in and out.

The daemon is the only client: the socket is the superuser's. It keeps its connections, so each has
a thread of its own. Whatever is not understood is answered with a refusal.
"""

import base64
import binascii
import json
import logging
import socket
import socketserver
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

from guard.authz.judging import Answer
from guard.authz.protocol import ACTIVATE, IMPLEMENTS, MEDIA_TYPE, REQUEST, RESPONSE
from guard.authz.requests import Request

NOT_UNDERSTOOD: Final = Answer(
    allow=False,
    message="[LF049] the daemon's question to the guard was not understood\n"
    "see `make authz-status`, then try again: nothing was done",
)
MOST_BYTES: Final = 16 * 1024 * 1024
"""Larger than any question: a body of at most 1 MiB, an answer of 64 KiB, both in base64."""
LOG: Final = logging.getLogger("ledgerflow.authz")

Answering = Callable[[Request], Answer]


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Answers the daemon on a socket that listens already."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, listening: socket.socket, answering: Answering) -> None:
        address = listening.getsockname()
        super().__init__(address, Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.answering = answering

    def handle_error(self, request: object, client_address: object) -> None:
        """Log what broke a connection; the daemon asks again on another."""
        LOG.exception("a connection of the daemon broke")


class Handler(BaseHTTPRequestHandler):
    """One connection of the daemon."""

    protocol_version = "HTTP/1.1"
    server: Server
    wbufsize = -1  # head and body of an answer leave in one piece

    def do_POST(self) -> None:
        """Answer one question."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            self.close_connection = True
            self._reply(_verdict(NOT_UNDERSTOOD))
            return
        body = self.rfile.read(int(length))
        if self.path == REQUEST:
            self._reply(_verdict(self._answer(body)))
        elif self.path == RESPONSE:
            self._reply({"Allow": True})  # it is done; hiding its result would help nobody
        elif self.path == ACTIVATE:
            self._reply({"Implements": [IMPLEMENTS]})
        else:
            self._reply({"Err": f"{self.path} is not of this plugin"}, HTTPStatus.NOT_FOUND)

    def _answer(self, body: bytes) -> Answer:
        try:
            request = read_question(body)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            LOG.warning("a question of %d bytes is not understood", len(body))
            return NOT_UNDERSTOOD
        return self.server.answering(request)

    def _reply(self, content: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        document = json.dumps(content).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(document)}\r\n\r\n"
        )
        self.wfile.write(head.encode() + document)
        self.wfile.flush()

    def address_string(self) -> str:
        """Return who asks; a Unix socket has no address."""
        return "the daemon"

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - inherited
        """Say what the library has to say of a broken question."""
        LOG.warning(format, *words)


def read_question(body: bytes) -> Request:
    """Read what the daemon asks; raise ValueError, KeyError, TypeError or AttributeError."""
    question = json.loads(body)
    try:
        content = base64.b64decode(question.get("RequestBody") or "", validate=True)
    except binascii.Error as error:
        raise ValueError("the body is no base64") from error
    method, uri = question["RequestMethod"], question["RequestUri"]
    headers = question.get("RequestHeaders") or {}
    if not isinstance(method, str) or not isinstance(uri, str) or not isinstance(headers, dict):
        raise TypeError("method, address or headers are no text")
    return Request(method, uri, content or None, headers, str(question.get("User") or ""))


def _verdict(answer: Answer) -> dict[str, object]:
    return {"Allow": answer.allow} if answer.allow else {"Allow": False, "Msg": answer.message}
