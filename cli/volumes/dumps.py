"""Backup files of a database: restored completely or not at all, and counted independently.

Two kinds are known: a plain dump (``.sql``, ``.sql.gz``) and PostgreSQL's custom format
(``.dump``), both as ``pg_dump`` writes them. https://www.postgresql.org/docs/17/app-pgdump.html
"""

import gzip
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from docker.models.containers import Container

from cli.errors import UserError
from cli.volumes.rows import Rows
from cli.volumes.scratch import Server, checked
from infra.execution import execute
from infra.services import postgres

PLACE = "/backup"
"""Where the scratch server's container is given the file."""
CHUNK_BYTES = 1024 * 1024
TAR_BLOCK = 512
TARGET = f"-w -U {postgres.USER} -d {postgres.DATABASE}"
PSQL = f"psql -X -q -v ON_ERROR_STOP=1 --single-transaction {TARGET} -o /dev/null"
RESTORE = {
    ".sql.gz": f"gzip -dc {PLACE} | {PSQL}",
    ".sql": f"{PSQL} -f {PLACE}",
    ".dump": f"pg_restore --exit-on-error --single-transaction {TARGET} {PLACE}",
}
DATA_OF_DUMP = ["pg_restore", "--data-only", "--file=-", PLACE]
COPY = re.compile(rb"COPY (?P<table>.+?) (?:\(.*\) )?FROM stdin;")


def suffix(path: Path) -> str:
    """Return which kind of backup a file is, by its name; raise UserError for any other."""
    for known in RESTORE:
        if path.name.endswith(known):
            return known
    raise UserError(
        f"{path.name} is no backup file that can be restored",
        f"give a dump of the database named {', '.join('*' + known for known in RESTORE)}",
    )


def restore(server: Server, path: Path) -> dict[str, int]:
    """Restore ``path`` into the empty database; return the rows that the file has by table.

    In one transaction, so that a file cut short leaves nothing behind. Raises UserError.
    """
    kind = suffix(path)
    server.container.put_archive("/", _archive(path))
    command = ["bash", "-o", "pipefail", "-c", RESTORE[kind]]
    checked(execute(server.container, command), f"restoring {path.name}")
    try:
        counts = copied_rows(_lines(server.container, path, kind))
    except (EOFError, OSError, zlib.error) as error:
        raise UserError(f"{path.name} cannot be read: {error}", "choose another backup") from None
    if not counts:
        raise UserError(f"{path.name} holds no table", "choose another backup")
    return counts


def copied_rows(lines: Iterable[bytes]) -> dict[str, int]:
    """Return the rows by table that the COPY blocks of a plain dump hold.

    Raises UserError for a dump with INSERT statements, whose rows cannot be told from its lines,
    and for one that ends within a block.
    """
    counts: dict[str, int] = {}
    table: str | None = None
    for line in lines:
        text = line.rstrip(b"\r\n")
        if table is not None:
            table = _count(counts, table, text)
        elif (block := COPY.fullmatch(text)) is not None:
            table = block["table"].strip().decode()
            counts.setdefault(table, 0)
        elif text.startswith(b"INSERT INTO "):
            raise UserError(
                "the dump has INSERT statements, whose rows cannot be counted",
                "make it without --inserts and --column-inserts",
            )
    if table is not None:
        raise UserError(f"the dump ends within the rows of {table}", "choose another backup")
    return counts


def missing_rows(counts: dict[str, int], rows: Rows) -> list[str]:
    """Return a sentence for each table that has not the rows of the dump."""
    found = {name: rows.get(f"{postgres.DATABASE}/{name}") for name in counts}
    return [
        f"{name} has {content.count if content else 'no'} rows, the backup has {counts[name]}"
        for name, content in sorted(found.items())
        if content is None or content.count != counts[name]
    ]


def _count(counts: dict[str, int], table: str, text: bytes) -> str | None:
    if text == rb"\.":
        return None
    counts[table] += 1
    return table


def _lines(container: Container, path: Path, kind: str) -> Iterator[bytes]:
    if kind == ".dump":
        yield from _split(_output(container, DATA_OF_DUMP))
        return
    with gzip.open(path) if kind == ".sql.gz" else path.open("rb") as file:
        yield from file


def _output(container: Container, command: list[str]) -> Iterator[bytes]:
    if container.client is None:
        raise ValueError("a container without its daemon")
    api = container.client.api
    identity = api.exec_create(container.id, command, stderr=False)["Id"]
    yield from api.exec_start(identity, stream=True)
    if api.exec_inspect(identity)["ExitCode"] != 0:
        raise UserError("pg_restore cannot read the backup a second time", "choose another backup")


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *complete, rest = (rest + chunk).split(b"\n")
        yield from complete
    yield rest


def _archive(path: Path) -> Iterator[bytes]:
    """Yield ``path`` as a tar archive with one member, without holding it in memory."""
    entry = tarfile.TarInfo(PLACE.lstrip("/"))
    entry.size, entry.mode = path.stat().st_size, 0o444
    padding = b"\0" * (-entry.size % TAR_BLOCK + 2 * TAR_BLOCK)
    with path.open("rb") as file:
        yield from chain([entry.tobuf()], _chunks(file), [padding])


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
