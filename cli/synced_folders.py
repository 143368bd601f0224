"""Refuses live data on folders that a sync program keeps, before anything is created."""

from collections.abc import Mapping
from pathlib import Path

from cli.errors import UserError
from infra.spec import Environment, SourceMount
from infra.synced_folders import SymlinkLoopError, synced_component


def check_paths(paths: Mapping[str, Path]) -> None:
    """Raise one UserError naming every path of ``paths`` (purpose to path) that is synced."""
    refused = [line for purpose, path in paths.items() if (line := _refusal(purpose, path))]
    if refused:
        raise UserError(
            "live data may not be in a folder that a sync program keeps; it copies files one by "
            "one while they change, which corrupts them:\n" + "\n".join(refused),
            "move it to a folder that is not synced, such as one right below your home folder or "
            "/srv, and run the command again; backups may be synced, live data may not",
        )


def data_paths(
    spec: Environment, repository: Path, state: Path, docker_root: Path | None = None
) -> dict[str, Path]:
    """Return what ``check_paths`` has to look at for an environment.

    The repository counts when a service runs from its source. ``docker_root`` is the daemon's
    ``DockerRootDir``, None when the daemon is on another machine.
    """
    paths = {"the state of the stacks": state}
    if docker_root is not None:
        paths["Docker's data (volumes and images)"] = docker_root
    for service in spec.services:
        for mount in service.mounts:
            if isinstance(mount, SourceMount):
                paths[f"the source that {service.name} runs from"] = repository / mount.source
    return paths


def _refusal(purpose: str, path: Path) -> str | None:
    try:
        component = synced_component(path)
    except SymlinkLoopError:
        return f"  {purpose}: {path} (its symlinks lead back to themselves)"
    if component is None:
        return None
    return f"  {purpose}: {path} (in “{component}”)"
