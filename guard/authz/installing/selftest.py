"""Proves on the running daemon that the plugin lets harmless requests pass and protects data.

The probe is an empty volume with the protection label. It stays: protected, it can only go once
the plugin is gone.
"""

import http.client
import json
from dataclasses import dataclass
from typing import Final

from guard.authz.installing.places import Places
from guard.engine_api import SocketConnection
from infra.conventions import LABEL_PROTECT, PROTECTED

TIMEOUT_SECONDS: Final = 40.0
"""The daemon itself waits for a plugin that is away for up to 30 seconds."""


@dataclass(frozen=True)
class Finding:
    """One question of the self-test, and how it was answered."""

    what: str
    passed: bool
    answer: str


def probe_name(places: Places) -> str:
    """Return the name of the probe volume."""
    return f"{places.plugin}_authz_probe"


def selftest(places: Places) -> tuple[Finding, ...]:
    """Ask the daemon three things, and return what it answered."""
    probe = probe_name(places)
    described = json.dumps({"Name": probe, "Labels": {LABEL_PROTECT: PROTECTED}})
    return (
        _finding(places, "a harmless request passes", ("GET", "/info"), 200),
        _finding(places, "a volume can be made", ("POST", "/volumes/create"), 201, described),
        _finding(
            places, "a protected volume cannot be deleted", ("DELETE", f"/volumes/{probe}"), 403
        ),
        _finding(places, "the protected volume is there", ("GET", f"/volumes/{probe}"), 200),
    )


def remove_probe(places: Places) -> None:
    """Delete the probe, after the plugin was removed."""
    _ask(places, ("DELETE", f"/volumes/{probe_name(places)}"), "")


def _finding(
    places: Places, what: str, request: tuple[str, str], expected: int, body: str = ""
) -> Finding:
    status, answer = _ask(places, request, body)
    return Finding(
        what, status == expected, f"{' '.join(request)}: {status or 'no answer'}{answer}"
    )


def _ask(places: Places, request: tuple[str, str], body: str) -> tuple[int, str]:
    """Return the status, 0 when the daemon does not answer, and what it says of an error."""
    path = places.docker.removeprefix("unix://")
    connection = SocketConnection(path, TIMEOUT_SECONDS)
    headers = {"Host": "docker", **({"Content-Type": "application/json"} if body else {})}
    try:
        connection.request(*request, body=body or None, headers=headers)
        response = connection.getresponse()
        content = response.read()
    except (OSError, http.client.HTTPException) as error:
        return 0, f" ({error})"
    finally:
        connection.close()
    return response.status, f" {_message(content)}" if response.status >= 400 else ""


def _message(content: bytes) -> str:
    try:
        return str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        return ""
