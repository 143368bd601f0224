"""Restoring a dump into a database of its own: the one path of proofs, drills and restores."""

from collections.abc import Callable

from backup.contents import Contents
from backup.proof.loading import Readable, load
from backup.proof.preparing import finish, make_extensions, prepare
from backup.snapshot.reader import read_contents
from backup.snapshot.session import Source, open_snapshot
from backup.steps import step


def restore_into(
    maintenance: Source,
    target: Source,
    contents: Contents,
    text: Readable,
    go_on: Callable[[], None] = lambda: None,
) -> None:
    """Make the database `target`, which must not be there, from a dump's text and its manifest.

    `maintenance` leads a superuser to another database of the same server. Missing roles are
    made, without passwords. When it fails, `target` may be left behind, empty: it is the caller's
    to drop. Raises `RestoreError` with the words of `psql`, `SourceError` when the server cannot
    be reached, `psycopg.Error` when it refuses; errors of reading `text` pass through.
    """
    prepare(maintenance, target.database, contents)
    make_extensions(target, contents)
    step("restore.prepared")
    load(target, text, go_on)
    finish(maintenance, target.database, contents)
    step("restore.finished")


def read_back(target: Source, expected: Contents) -> Contents:
    """Read what a restored database holds, for `compare`; raises `SourceError`."""
    with open_snapshot(target) as (session, _):
        return read_contents(session, digests=bool(expected.digests))
