"""Proves on the running daemon that the plugin lets harmless requests pass and protects data.

The probe is an empty volume with the protection label. It stays: protected, it can only go once
the plugin is gone.
"""

import json
from dataclasses import dataclass
from typing import Final

from guard.authz.installing.asking_daemon import ask
from guard.authz.installing.places import Places
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
    ask(places.docker, "DELETE", f"/volumes/{probe_name(places)}", patience=TIMEOUT_SECONDS)


def _finding(
    places: Places, what: str, request: tuple[str, str], expected: int, body: str = ""
) -> Finding:
    status, answer = ask(places.docker, *request, body, patience=TIMEOUT_SECONDS)
    return Finding(what, status == expected, f"{' '.join(request)}: {status or 'none'} {answer}")
