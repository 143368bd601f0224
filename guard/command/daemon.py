"""The world that a command is judged by: its own daemon, or a scripted one."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from guard.audit.place import REPOSITORY

if TYPE_CHECKING:
    from guard.grammar import Reading
    from guard.world import Proof, World


def world_of(reading: "Reading", variables: Mapping[str, str], directory: Path) -> "World":
    """Return the world of the daemon that the command would talk to.

    When that daemon is not known, a world that cannot be asked: what destroys is refused then.
    """
    from guard.endpoint import endpoint_of  # noqa: PLC0415 - what only looks needs no daemon
    from guard.world import WorldError  # noqa: PLC0415
    from guard.world_daemon import DaemonWorld  # noqa: PLC0415

    try:
        endpoint = endpoint_of(variables, reading.host, reading.context, reading.config)
    except WorldError as error:
        return unasked(str(error))
    return DaemonWorld(endpoint, proof, folder=directory)


def address(reading: "Reading", variables: Mapping[str, str]) -> str:
    """Return the address of the daemon that the command would talk to, for people."""
    from guard.endpoint import endpoint_of  # noqa: PLC0415
    from guard.world import WorldError  # noqa: PLC0415

    try:
        return endpoint_of(variables, reading.host, reading.context, reading.config).host
    except WorldError as error:
        return f"unknown: {error}"


def proof(environment: str) -> "Proof":
    """Return whether the archive has a backup of the environment that counts."""
    from guard.command.packages import make_importable  # noqa: PLC0415
    from guard.world import Proof, WorldError  # noqa: PLC0415

    make_importable()
    try:
        from infra.backup_gate import backup_status  # noqa: PLC0415 - brings pydantic with it
    except ImportError as error:
        raise WorldError(
            f"the archive of backups cannot be asked: {error}; `make .venv/.requirements` helps"
        ) from None
    found = backup_status(environment, REPOSITORY)
    return Proof(found.verified, found.reason, found.id)


def aliases(variables: Mapping[str, str]) -> Callable[[str | None], Mapping[str, str]]:
    """Return what reads the aliases of docker's configuration, when the grammar asks."""

    def read(folder: str | None) -> Mapping[str, str]:
        home = variables.get("HOME", "/")
        path = Path(folder) if folder else Path(home) / ".docker"
        try:
            content = json.loads((path / "config.json").read_bytes())
            return {str(k): str(v) for k, v in content.get("aliases", {}).items()}
        except (OSError, ValueError, AttributeError):
            return {}  # as docker itself: it warns, and goes on without

    return read


class _Unasked:
    """A world in which every question fails."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def __getattr__(self, name: str) -> Callable[..., object]:
        def fail(*_: object) -> object:
            from guard.world import WorldError  # noqa: PLC0415

            raise WorldError(self._reason)

        return fail


def unasked(reason: str) -> "World":
    """Return a world in which every question raises WorldError with ``reason``."""
    return cast("World", _Unasked(reason))
