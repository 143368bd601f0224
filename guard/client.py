"""LedgerFlow's own client of the daemon: the Docker SDK, every request judged and recorded.

What ``make`` asks of the daemon goes the way of a docker command and of a stranger's request: read
into effects, judged by the rules, written into the audit log, and sent only when it is allowed.
What LedgerFlow's procedures have to do passes by the exceptions in the rules themselves, where the
daemon's objects show that such a procedure is at that step; there is no key that opens everything.

Requests that only look are neither judged nor recorded.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import docker
from requests import PreparedRequest, Response

from guard.audit.place import REPOSITORY, folder
from guard.authz.judging import Answer, answer
from guard.authz.machine import Machine
from guard.authz.requests import Request
from guard.effects import Effect
from guard.endpoint import DEFAULT_HOST, endpoint_of
from guard.refusal import RefusedError

FRONT: Final = "make"
JSON: Final = "application/json"
Ask = Callable[[Request], Answer]


def from_env(
    timeout: int | None = None, variables: Mapping[str, str] = os.environ
) -> docker.DockerClient:
    """Return a client of the daemon that the variables name, as ``docker.from_env`` would.

    ``timeout`` is in seconds. Its requests may raise RefusedError, besides the SDK's own errors.
    """
    given: dict[str, Any] = {} if timeout is None else {"timeout": timeout}
    return GuardedClient.from_env(environment=dict(variables), **given)


class GuardedClient(docker.DockerClient):
    """The SDK's client over a guarded connection."""

    def __init__(self, *args: Any, ask: Ask | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        """Connect; ``ask`` answers for requests, as :func:`judged` does unless it is given."""
        self.api = _GuardedConnection(ask or judged, *args, **kwargs)


class _GuardedConnection(docker.APIClient):
    def __init__(self, ask: Ask, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        self._ask = ask
        super().__init__(*args, **kwargs)

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:  # noqa: ANN401
        """Send a request that is allowed; raise RefusedError for another."""
        given = self._ask(_read(request))
        if not given.allow:
            what, _, remedy = given.message.partition("\n")
            raise RefusedError(what, remedy)
        return super().send(request, **kwargs)


def _read(request: PreparedRequest) -> Request:
    """Return the request in the guard's words; only JSON bodies are looked at, as by the daemon."""
    headers = {str(name): str(value) for name, value in request.headers.items()}
    body = request.body if JSON in headers.get("Content-Type", "") else None
    return Request(
        method=request.method or "",
        uri=request.path_url,
        body=body.encode() if isinstance(body, str) else body,
        headers=headers,
    )


def judged(request: Request) -> Answer:
    """Answer a request by the rules, the daemon, the archive and the audit log of this machine."""
    host = os.environ.get("DOCKER_HOST") or DEFAULT_HOST  # the SDK knows no contexts
    machine = _Procedure(endpoint_of(os.environ, host), REPOSITORY, folder(os.environ))
    return answer(request, machine)


class _Procedure(Machine):
    """What answering needs of this machine, for LedgerFlow's own requests."""

    def record(self, entry: Mapping[str, object]) -> None:
        """Write a line of the audit log; raise OSError when that is not possible."""
        own = {key: value for key, value in entry.items() if key != "user"}
        super().record({**own, "front": FRONT})

    def granted(self, effects: Sequence[Effect]) -> bool:
        """Say no: an emergency is for a command that a person types, not for a procedure."""
        return False
