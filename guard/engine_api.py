"""Questions to a daemon over its HTTP API: GET and HEAD only, answers kept.

Source: Docker Engine API, https://docs.docker.com/reference/api/engine/. Paths carry no version,
so the daemon answers in its newest one.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from guard import engine_socket
from guard.endpoint import Endpoint
from guard.world import WorldError

if TYPE_CHECKING:
    from http.client import HTTPConnection

TIMEOUT_SECONDS: Final = 10.0
OK: Final = 200
BAD_REQUEST: Final = 400
NOT_FOUND: Final = 404


class Engine:
    """A daemon that is asked at most once for each thing; make a new one to see what changed.

    ``timeout`` is for each wait on the connection, in seconds. Not for several threads at once.
    """

    def __init__(self, endpoint: Endpoint, timeout: float = TIMEOUT_SECONDS) -> None:
        self._endpoint = endpoint
        self._timeout = timeout
        self._connection: HTTPConnection | None = None
        self._answers: dict[tuple[str, str], tuple[int, Mapping[str, str], bytes]] = {}

    def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        absent: Sequence[int] = (NOT_FOUND,),
    ) -> object:
        """Return what the daemon has under ``path``, None for a status that is ``absent``.

        Raises WorldError when it cannot be asked, or answers anything else.
        """
        target = _target(path, query)
        status, _, body = self._ask("GET", target)
        if status in absent:
            return None
        if status != OK:
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
        if status not in (OK, NOT_FOUND):
            raise _unexpected("HEAD", target, status, body)
        return headers if status == OK else None

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
        scheme, _, rest = self._endpoint.host.partition("://")
        try:
            if scheme == "unix" and rest:
                return engine_socket.exchange(rest, method, target, self._timeout)
            if scheme in ("tcp", "http", "https") and rest:
                return self._exchange_over_tcp(method, target)
        except OSError as error:
            self.close()
            raise WorldError(
                f"the Docker daemon does not answer: {error.strerror or error}"
            ) from None
        raise WorldError(
            f"the Docker daemon at {self._endpoint.host} cannot be asked about its objects: only "
            "unix:// and tcp:// are understood"
        )

    def _exchange_over_tcp(self, method: str, target: str) -> tuple[int, Mapping[str, str], bytes]:
        from guard import engine_connection  # noqa: PLC0415 - takes longer than most commands

        if self._connection is None:
            self._connection = engine_connection.tcp(self._endpoint, self._timeout)
        return engine_connection.exchange(self._connection, method, target)


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
