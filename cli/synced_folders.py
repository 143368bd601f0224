"""Refuses live data on folders that a sync program keeps, before anything is created."""

from collections.abc import Mapping
from pathlib import Path

import docker

from cli.errors import UserError
from infra import conventions
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


def data_paths(spec: Environment, repository: Path, state: Path) -> dict[str, Path]:
    """Return what ``check_paths`` has to look at for an environment before there is a daemon.

    The repository counts when a service runs from its source.
    """
    paths = {"the state of the stacks": state}
    for service in spec.services:
        for mount in service.mounts:
            if isinstance(mount, SourceMount):
                paths[f"the source that {service.name} runs from"] = repository / mount.source
    return paths


def daemon_paths(spec: Environment, client: docker.DockerClient, root: Path) -> dict[str, Path]:
    """Return where the daemon on this machine keeps its data and that of the environment's volumes.

    ``root`` is its ``DockerRootDir``. A volume's own folder may be a symlink, and a volume that
    somebody made with a device lies in that folder and not in the daemon's.
    """
    paths = {"Docker's data": root, "Docker's volumes": root / "volumes"}
    ours = {conventions.volume_name(spec.name, volume.name) for volume in spec.volumes}
    for volume in client.volumes.list():
        if volume.name in ours:
            paths[f"volume {volume.name}"] = Path(volume.attrs["Mountpoint"])
            device = (volume.attrs.get("Options") or {}).get("device", "")
            if device.startswith("/"):
                paths[f"the folder that is volume {volume.name}"] = Path(device)
    return paths


def _refusal(purpose: str, path: Path) -> str | None:
    try:
        component = synced_component(path)
    except SymlinkLoopError:
        return f"  {purpose}: {path} (its symlinks lead back to themselves)"
    if component is None:
        return None
    return f"  {purpose}: {path} (in “{component}”)"
