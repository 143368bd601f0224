"""Exact row counts and content digests of tables, and where sequences stand.

A content digest is the sum over all rows of a 64-bit hash of the row's text, columns in the order
of their names: it does not depend on the order of rows, nor on that of columns, which a restore
of inherited tables may change. Settings that texts depend on are fixed by the session.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

from backup.contents import SequenceState
from backup.snapshot.session import Session, one

LARGE_OBJECTS: Final = "large objects"
"""Key of their digest; no table's, whose names have a dot."""
_LARGEST_HASHED: Final = 512 << 20
"""Bytes of a large object that the server hashes in memory; of larger ones the size is taken."""
_AT_ONCE: Final = 100

# What pg_dump dumps the data of: no system schemas, nothing temporary, and of an extension's own
# relations those that it names as configuration, under its condition.
_RELATIONS: Final = """
SELECT pg_catalog.format('%%I.%%I', n.nspname, c.relname),
       e.extcondition,
       ARRAY(SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attname COLLATE "C")
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (
    SELECT d.objid, x.extconfig, x.extcondition[pg_catalog.array_position(x.extconfig, d.objid)]
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'e'
      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
) e ON e.objid = c.oid
WHERE c.relkind = %s AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND (e.objid IS NULL OR e.objid = ANY (e.extconfig))
ORDER BY 1
"""


@dataclass(frozen=True)
class Table:
    """A table whose rows are in the dump."""

    name: str
    """Qualified and quoted."""
    condition: str
    """`WHERE ...` of an extension's configuration table; mostly empty."""
    columns: tuple[str, ...]


def tables(session: Session) -> list[Table]:
    """Return the tables and partitions whose rows `pg_dump` takes, by name."""
    rows = session.execute(_RELATIONS, ["r"]).fetchall()
    return [
        Table(str(name), str(condition or ""), tuple(cast(list[str], columns)))
        for name, condition, columns in rows
    ]


def lock(session: Session, names: Iterable[str]) -> None:
    """Keep the tables from being changed in shape until the session's transaction ends."""
    for some in _chunks(list(names)):
        session.execute(f"LOCK TABLE {', '.join(some)} IN ACCESS SHARE MODE".encode())


def count(session: Session, table: Table, *, digest: bool) -> tuple[int, str | None]:
    """Return a table's exact number of rows and, when asked, the digest of its rows."""
    wanted = "pg_catalog.count(*)"
    if digest:
        row = f'(ROW({", ".join(table.columns)})::pg_catalog.text COLLATE "C")'
        hashes = f"pg_catalog.sum(pg_catalog.hashtextextended({row}, 0))"
        wanted += f", COALESCE({hashes}, 0)::pg_catalog.text"
    query = f"SELECT {wanted} FROM ONLY {table.name} {table.condition}"  # noqa: S608 - quoted names
    found = one(session, query)
    return cast(int, found[0]), str(found[1]) if digest else None


def sequences(session: Session) -> dict[str, SequenceState]:
    """Return where every sequence stands at this moment."""
    names = [str(row[0]) for row in session.execute(_RELATIONS, ["S"]).fetchall()]
    found: dict[str, SequenceState] = {}
    for some in _chunks(names):
        query = " UNION ALL ".join(
            f"SELECT {number}, last_value, is_called FROM {name}"  # noqa: S608
            for number, name in enumerate(some)
        )
        for number, value, called in session.execute(query.encode()).fetchall():
            state = SequenceState(last_value=cast(int, value), is_called=bool(called))
            found[some[cast(int, number)]] = state
    return found


def moved(
    before: dict[str, SequenceState], after: dict[str, SequenceState]
) -> dict[str, SequenceState]:
    """Return `before` with the later state of each sequence that moved since."""
    return {
        name: state
        if (now := after.get(name, state)) == state
        else state.model_copy(update={"later": (now.last_value, now.is_called)})
        for name, state in before.items()
    }


def large_objects(session: Session, *, digest: bool) -> tuple[int, str | None]:
    """Return the number of large objects and, for a superuser who asks, a digest of them.

    It covers contents, owners, grants and comments.
    """
    number = cast(int, one(session, "SELECT count(*) FROM pg_largeobject_metadata")[0])
    if not digest or not number or session.info.parameter_status("is_superuser") != "on":
        return number, None
    row = one(
        session,
        f"""
        WITH sizes AS (
            SELECT m.oid, COALESCE(max(l.pageno * 2048::bigint + length(l.data)), 0) AS size
            FROM pg_catalog.pg_largeobject_metadata m
            LEFT JOIN pg_catalog.pg_largeobject l ON l.loid = m.oid GROUP BY m.oid)
        SELECT sum(hashtextextended(concat_ws(':', m.oid, s.size,
                   CASE WHEN s.size <= {_LARGEST_HASHED}
                        THEN encode(sha256(lo_get(m.oid)), 'hex') END,
                   pg_get_userbyid(m.lomowner),
                   -- in any order, and those that are there by default said as well
                   ARRAY(SELECT acl::text
                         FROM unnest(COALESCE(m.lomacl, acldefault('L', m.lomowner))) AS acl
                         ORDER BY acl::text COLLATE "C")::text,
                   obj_description(m.oid, 'pg_largeobject')) COLLATE "C", 0))::text
        FROM pg_catalog.pg_largeobject_metadata m JOIN sizes s ON s.oid = m.oid
        """,  # noqa: S608 - a number of ours
    )
    return number, str(row[0])


def _chunks(names: list[str]) -> list[list[str]]:
    return [names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE)]
