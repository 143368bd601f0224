"""Reads a database's contents through one session, in the order in which they are needed."""

from collections.abc import Callable

from backup.contents import Contents
from backup.snapshot import blobs, cluster, tables
from backup.snapshot.objects import fingerprint, objects
from backup.snapshot.session import Session
from backup.steps import step


def read_contents(
    session: Session,
    *,
    digests: bool,
    counts_transactions: Callable[[str], bool] = lambda _: False,
    stands_for_files: Callable[[str], bool] = lambda _: False,
    go_on: Callable[[], None] = lambda: None,
) -> Contents:
    """Count and describe everything that `session` sees; psycopg's errors pass through.

    `go_on` is called between tables and may raise to give up.
    """
    wanted = tables.tables(session)
    tables.lock(session, [table.name for table in wanted])
    stands = tables.sequences(session)
    described = objects(session)
    step("snapshot.described")
    rows: dict[str, int] = {}
    sums: dict[str, str] = {}
    for table in wanted:
        go_on()
        rows[table.name], total = tables.count(session, table, digest=digests)
        if total is not None:
            sums[table.name] = total
    number, total = tables.large_objects(session, digest=digests)
    if total is not None:
        sums[tables.LARGE_OBJECTS] = total
    step("snapshot.counted")
    return Contents(
        database=cluster.database(session),
        tables=rows,
        digests=sums,
        transactions={name: n for name, n in rows.items() if counts_transactions(name)},
        blobs={name: blobs.count(session, name) for name in rows if stands_for_files(name)},
        large_objects=number,
        sequences=stands,
        extensions=cluster.extensions(session),
        roles=cluster.roles(session),
        objects=described,
        fingerprint=fingerprint(described),
    )
