"""Makes a source ready in a volume of its own, verified before anything else is touched."""

from contextlib import suppress
from pathlib import Path

import docker
import docker.errors

from cli import ui
from cli.errors import UserError
from cli.volumes import dumps
from cli.volumes.copying import copy
from cli.volumes.rows import Rows
from cli.volumes.scratch import image, server
from infra import conventions
from infra.kept_volumes import LABEL_OF, staged_name
from infra.spec import Environment


def stage(client: docker.DockerClient, spec: Environment, kind: str, origin: str) -> Rows | None:
    """Fill the staging volume from ``origin``, a backup file or a volume; return its rows.

    ``origin`` is only read. Raises UserError when it is neither, or does not hold what it should.
    """
    volume = conventions.volume_name(spec.name, kind)
    staged = staged_name(volume)
    file = Path(origin)
    from_volume = not file.is_file()
    if from_volume:
        _must_exist(client, origin, volume)
    elif kind != conventions.DB_VOLUME:
        raise UserError(f"{kind} cannot be made from a file", "give the name of a volume")
    else:
        dumps.suffix(file)
    discard(client, staged)
    client.volumes.create(staged, labels={LABEL_OF: volume})
    if from_volume:
        with ui.working(f"Volume {volume}: copying {origin} to a staging volume"):
            copy(client, image(spec), origin, staged)
        return read_rows(client, spec, staged) if kind == conventions.DB_VOLUME else None
    with ui.working(f"Volume {volume}: restoring {file.name} into a staging volume"):
        return _restored(client, spec, staged, file)


def read_rows(client: docker.DockerClient, spec: Environment, volume: str) -> Rows:
    """Return what every table in a database volume holds, asked of a scratch server on it."""
    with (
        ui.working(f"Volume {volume}: reading every row in a scratch server"),
        server(client, spec, volume) as scratch,
    ):
        return scratch.rows()


def discard(client: docker.DockerClient, staged: str) -> None:
    """Remove a staging volume if there is one: all it holds is elsewhere."""
    with suppress(docker.errors.NotFound):
        client.volumes.get(staged).remove()


def _restored(client: docker.DockerClient, spec: Environment, staged: str, file: Path) -> Rows:
    with server(client, spec, staged, initialise=True) as scratch:
        counts = dumps.restore(scratch, file)
        rows = scratch.rows()
    missing = dumps.missing_rows(counts, rows)
    if missing:
        raise UserError(
            f"{file.name} was not restored completely: {'; '.join(missing)}",
            "choose another backup; nothing but the staging volume was touched",
        )
    ui.detail(f"{sum(counts.values())} rows in {len(counts)} tables, as many as the backup has")
    return rows


def _must_exist(client: docker.DockerClient, origin: str, volume: str) -> None:
    try:
        client.volumes.get(origin)
    except docker.errors.NotFound:
        raise UserError(
            f"{origin} is neither a file nor a volume",
            f"give a backup file, or one of: ledger_docker volume ls --filter name={volume}_kept",
        ) from None
