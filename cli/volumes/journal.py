"""The journal of a recreation: an empty volume whose labels say what is going on.

The daemon makes and removes a volume atomically and forgets none when a machine dies, and the
journal lies where the volumes lie, so it is right from every clone and after every crash.
"""

import json
from dataclasses import dataclass

import docker
import docker.errors

from cli.volumes.rows import Rows, from_json, to_json
from infra.conventions import LABEL_PREFIX
from infra.kept_volumes import LABEL_KEPT_AS, LABEL_OF, LABEL_PHASE, LABEL_SOURCE, journal_name

LABEL_ORIGIN = f"{LABEL_PREFIX}.recreation.origin"
LABEL_ROWS = f"{LABEL_PREFIX}.recreation.rows"


@dataclass(frozen=True)
class Entry:
    """What is going on with one volume.

    While rebuilding, ``source`` is the volume that is whole and verified, and ``rows`` are those
    it was found to hold; ``origin`` is what a person named. ``kept`` is the copy of the old
    volume, empty when there was none.
    """

    phase: str
    source: str
    origin: str
    kept: str
    rows: Rows | None = None


def read(client: docker.DockerClient, volume: str) -> Entry | None:
    """Return what is going on with ``volume``, None when nothing is."""
    try:
        labels = client.volumes.get(journal_name(volume)).attrs["Labels"]
    except docker.errors.NotFound:
        return None
    rows = labels.get(LABEL_ROWS)
    return Entry(
        phase=labels[LABEL_PHASE],
        source=labels[LABEL_SOURCE],
        origin=labels[LABEL_ORIGIN],
        kept=labels[LABEL_KEPT_AS],
        rows=from_json(json.loads(rows)) if rows else None,
    )


def write(client: docker.DockerClient, volume: str, entry: Entry) -> None:
    """Say what is going on, in place of what was said before."""
    erase(client, volume)
    labels = {
        LABEL_OF: volume,
        LABEL_PHASE: entry.phase,
        LABEL_SOURCE: entry.source,
        LABEL_ORIGIN: entry.origin,
        LABEL_KEPT_AS: entry.kept,
    }
    if entry.rows is not None:
        labels[LABEL_ROWS] = json.dumps(to_json(entry.rows), separators=(",", ":"))
    client.volumes.create(journal_name(volume), labels=labels)


def erase(client: docker.DockerClient, volume: str) -> None:
    """Say that nothing is going on."""
    try:
        client.volumes.get(journal_name(volume)).remove()
    except docker.errors.NotFound:
        return
