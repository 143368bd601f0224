"""Recreates a protected volume with its labels, from itself, another volume or a backup file.

Docker can neither label nor rename a volume, so the data has to move. Invariant: at every moment
at least one complete copy, verified byte by byte, exists beside whatever is being written.

| step | whole then | an interrupted run, run again |
|---|---|---|
| a source given by hand is staged and verified | the old volume, the source | stages anew |
| journal: keeping; the old volume is copied to the kept one | the old volume | copies anew |
| its rows are read (database), in a scratch server | the old and the kept volume | copies anew |
| journal: rebuilding | the old volume and the source of the rebuild | goes on from here |
| the old volume is removed, made with labels, filled | the source of the rebuild | fills anew |
| its rows are compared with the source's | the source of the rebuild | fills anew |
| the journal is removed | the new volume and the kept one | has nothing to do |

The source of the rebuild is the kept volume or the staged one. A kept volume is never removed by
LedgerFlow, only a copy that was never completed. While the journal says "rebuilding", no
``pulumi up`` starts anything on the volume (:mod:`infra.protection`).
"""

from datetime import UTC, datetime

import docker
import docker.errors

from cli import ui
from cli.errors import UserError
from cli.volumes import journal
from cli.volumes.copying import copy
from cli.volumes.journal import Entry
from cli.volumes.rows import Rows, differences
from cli.volumes.scratch import image
from cli.volumes.staging import discard, read_rows, stage
from infra import conventions
from infra.kept_volumes import (
    KEEPING,
    KEPT,
    LABEL_KEPT,
    LABEL_OF,
    REBUILDING,
    kept_name,
    staged_name,
)
from infra.spec import Environment


def recreate(client: docker.DockerClient, spec: Environment, kind: str, origin: str) -> Entry:
    """Recreate the environment's volume of a kind; return what was done.

    ``origin`` is a backup file or the name of a volume; empty for the old volume itself. Nothing
    may use the volume. Raises UserError; run again, it goes on or starts over.
    """
    volume = conventions.volume_name(spec.name, kind)
    entry = journal.read(client, volume)
    if entry is None or entry.phase == KEEPING:
        if entry is not None:
            _forget_unfinished(client, volume, entry)
        entry = _prepare(client, spec, kind, origin)
        journal.write(client, volume, entry)
    else:
        ui.step(f"Volume {volume}: going on with an interrupted recreation from {entry.origin}")
        _same_origin(volume, entry, origin)
    _rebuild(client, spec, kind, entry)
    journal.erase(client, volume)
    discard(client, staged_name(volume))
    return entry


def exists(client: docker.DockerClient, volume: str) -> bool:
    """Tell whether the daemon has the volume."""
    try:
        client.volumes.get(volume)
    except docker.errors.NotFound:
        return False
    return True


def refuse_without_source(client: docker.DockerClient, volume: str, origin: str) -> None:
    """Raise UserError when there is nothing that the volume could be made from."""
    if origin or exists(client, volume) or journal.read(client, volume) is not None:
        return
    of = client.volumes.list(filters={"label": [f"{LABEL_OF}={volume}", f"{LABEL_KEPT}={KEPT}"]})
    names = "".join(f", or {kept.name}" for kept in of)
    raise UserError(f"volume {volume} is gone", f"name a source: FROM=<backup file>{names}")


def _prepare(client: docker.DockerClient, spec: Environment, kind: str, origin: str) -> Entry:
    volume = conventions.volume_name(spec.name, kind)
    rows = stage(client, spec, kind, origin) if origin else None
    if not exists(client, volume):
        refuse_without_source(client, volume, origin)
        return Entry(REBUILDING, staged_name(volume), origin, "", rows)
    kept = kept_name(volume, datetime.now(UTC))
    journal.write(client, volume, Entry(KEEPING, volume, origin or volume, kept))
    client.volumes.create(kept, labels={LABEL_KEPT: KEPT, LABEL_OF: volume})
    with ui.working(f"Volume {volume}: keeping what it holds as {kept}"):
        copy(client, image(spec), volume, kept)
    if not origin:
        if kind == conventions.DB_VOLUME:
            rows = read_rows(client, spec, volume)
        return Entry(REBUILDING, kept, volume, kept, rows)
    return Entry(REBUILDING, staged_name(volume), origin, kept, rows)


def _rebuild(client: docker.DockerClient, spec: Environment, kind: str, entry: Entry) -> None:
    volume = conventions.volume_name(spec.name, kind)
    if not exists(client, entry.source):
        raise UserError(
            f"volume {entry.source}, from which {volume} is rebuilt, is gone",
            f"remove {volume}_recreating, then name another source: FROM=<backup file or volume>",
        )
    if exists(client, volume):
        client.volumes.get(volume).remove()
    client.volumes.create(volume, labels=conventions.volume_labels(spec.name, protected=True))
    with ui.working(f"Volume {volume}: filling it from {entry.source}"):
        copy(client, image(spec), entry.source, volume)
    if entry.rows is not None:
        _compare(entry.rows, read_rows(client, spec, volume), volume)


def _compare(expected: Rows, found: Rows, volume: str) -> None:
    wrong = differences(expected, found)
    if wrong:
        raise UserError(
            f"{volume} does not hold what its source holds: {'; '.join(wrong)}",
            "run the same command again: the source is whole",
        )
    total = sum(content.count for content in found.values())
    ui.detail(f"{total} rows in {len(found)} tables and sequences, each the same")


def _forget_unfinished(client: docker.DockerClient, volume: str, entry: Entry) -> None:
    """Remove a copy that was never completed; the volume it was made of must be there."""
    if not exists(client, volume):
        journal.erase(client, volume)
        raise UserError(
            f"volume {volume} vanished while it was copied to {entry.kept}",
            f"look into {entry.kept}, which may be incomplete; then name a source: FROM=...",
        )
    if exists(client, entry.kept):
        client.volumes.get(entry.kept).remove()
    journal.erase(client, volume)


def _same_origin(volume: str, entry: Entry, origin: str) -> None:
    if origin and origin != entry.origin:
        raise UserError(
            f"the recreation of {volume} from {entry.origin} was interrupted",
            "finish it first, by the same command without FROM",
        )
