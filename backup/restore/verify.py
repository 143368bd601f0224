"""The verification after a restore: transactions, media, configuration, the application."""

import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
import yaml
from psycopg.sql import SQL
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from backup.errors import SourceError
from backup.full.blobs import some
from backup.full.tree import look
from backup.manifest import Manifest, MemberFile
from backup.restore.media import differences
from backup.snapshot.blobs import rows
from backup.snapshot.session import Source, open_snapshot

NAMED: Final = 3
CONFIGURATION: Final = "stack-config.yaml"


@dataclass(frozen=True)
class Step:
    """One step of the verification and how it ended."""

    name: str
    ok: bool
    words: str


def transactions(source: Source, manifest: Manifest) -> Step:
    """Count transactions where they serve now; more than in the backup came since the swap."""
    expected = manifest.contents.transactions
    if not expected:
        return Step("transactions", True, "the backup has no table of transactions")
    try:
        with source.connect() as session:
            found = {name: _count(session, name) for name in expected}
    except psycopg.Error as error:
        return Step("transactions", False, " ".join(str(error).split()))
    fewer = [f"{n}: {found[n]} of {expected[n]}" for n in expected if found[n] < expected[n]]
    words = f"{sum(found.values()):,} in {len(found)} tables, {sum(expected.values()):,} backed up"
    return Step("transactions", not fewer, "; ".join(fewer) or words)


def media(folder: Path, files: tuple[MemberFile, ...]) -> Step:
    """Compare every media file, byte for byte."""
    wrong = differences(folder, files)
    named = ", ".join(wrong[:NAMED])
    words = f"{len(wrong)} differ: {named}" if wrong else f"{len(files):,} files are equal"
    return Step("media", not wrong, words)


def files_of_rows(source: Source, manifest: Manifest, folder: Path) -> Step:
    """Ask whether every row that stands for a file has it in the media, with the row's size.

    The content was compared by `media`. Rows whose file was lost in the source already are named,
    and are no failure of the restore.
    """
    name, tables = "files of rows", manifest.contents.blobs
    if not tables:
        return Step(name, True, "the backup has no table of files")
    there = {path.rpartition("/")[2]: size for path, size in _sizes(folder)}
    lost = manifest.full.blobs.lost if manifest.full and manifest.full.blobs else frozenset()
    try:
        with open_snapshot(source) as (session, _):
            wrong = [
                sha256
                for sha256, size in rows(session, tables)
                if there.get(sha256) != size and sha256 not in lost
            ]
    except SourceError as error:
        return Step(name, False, error.what)
    number, size = (sum(getattr(t, what) for t in tables.values()) for what in ("rows", "size"))
    words = f"{number:,} files of {size:,} bytes were backed up"
    if lost:
        words += f"; lost before the backup was taken: {some(sorted(lost))}"
    if wrong:
        words = f"missing or of another size: {some(sorted(wrong))}; a full backup may have them"
    return Step(name, not wrong, words)


def application(url: str, patience: float) -> Step:
    """Ask the application through HTTP whether it works with the restored data."""
    if not url:
        return Step("application", True, "not asked: LEDGERFLOW_BACKUP_APPLICATION_URL is not set")
    attempts = Retrying(
        stop=stop_after_delay(patience),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(OSError),
        reraise=True,
    )
    try:
        status = attempts(_ask, url)
    except OSError as error:
        return Step("application", False, f"{url} answers: {error}")
    return Step("application", True, f"{url} answers {status}")


def configuration(backed_up: Path, present: Path | None) -> Step:
    """Compare the stack's configuration with that of the backup, by key and never by value."""
    old = _keys(backed_up / CONFIGURATION)
    new = _keys(present / CONFIGURATION) if present is not None else None
    if old is None or new is None:
        where = "the backup" if old is None else "this run"
        return Step("configuration", True, f"not compared: {where} has no {CONFIGURATION}")
    changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    words = f"differs since the backup in: {', '.join(changed)}" if changed else "is the same"
    return Step("configuration", True, words)


def report(steps: Iterable[Step]) -> str:
    """Return the steps as lines for a person."""
    return "\n".join(f"{'ok    ' if s.ok else 'FAILED'} {s.name}: {s.words}" for s in steps)


def _sizes(folder: Path) -> Iterator[tuple[str, int]]:
    for file in look(folder).files:
        yield file.path, file.size


def _count(session: psycopg.Connection[tuple[object, ...]], table: str) -> int:
    # the manifest's names are quoted as SQL wants them
    counting = SQL("SELECT count(*) FROM {}").format(SQL(table))
    row = session.execute(counting).fetchone()
    return int(str(row[0])) if row else 0


def _ask(url: str) -> int:
    """Return the answer's status; an answer of 400 or more, and none at all, is an OSError."""
    headers = {"Host": "localhost", "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - a setting of ours
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return int(answer.status)


def _keys(path: Path) -> Mapping[str, object] | None:
    """Return the values of a YAML file by key, those of blocks as `block.key`; None without one."""
    try:
        content = yaml.safe_load(path.read_bytes())
    except (OSError, yaml.YAMLError):
        return None
    return dict(_flat(content, "")) if isinstance(content, dict) else None


def _flat(content: Mapping[object, object], prefix: str) -> Iterator[tuple[str, object]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
