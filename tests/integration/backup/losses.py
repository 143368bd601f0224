"""What a restored database may lack though every checksum is right: one loss each, and its name.

A loss is made in the dump's text before it is loaded, or, where the dump does not hold the thing
(roles, the database's own properties), in the scratch server after it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

Edit = Callable[[str], str]


@dataclass(frozen=True)
class Loss:
    """One thing that is lost; `words` have to stand in the difference that the proof names."""

    name: str
    words: tuple[str, ...]
    edit: Edit | None = None
    """Of the dump's text."""
    after: str = ""
    """SQL run in the restored database."""
    undo: str = ""
    """SQL that gives the scratch cluster back what `after` took from it."""


def gone(pattern: str) -> Edit:
    """Take out what matches, once."""
    return replaced(pattern, "")


def replaced(pattern: str, by: str) -> Edit:
    """Replace what matches, once."""

    def edit(text: str) -> str:
        result, count = re.subn(pattern, by, text, count=1, flags=re.MULTILINE | re.DOTALL)
        assert count == 1, pattern
        assert result != text, pattern
        return result

    return edit


def all_of(*edits: Edit) -> Edit:
    """Make several edits."""

    def edit(text: str) -> str:
        for one in edits:
            text = one(text)
        return text

    return edit


def _statement(begin: str) -> str:
    """A pattern of the statement that begins so; none of ours has a semicolon within."""
    return rf"^{begin}[^;]*;\n"


_EMPTY_TABLE = all_of(
    gone(_statement(r"CREATE TABLE books\.empty")),
    gone(_statement(r"ALTER TABLE books\.empty OWNER")),
    gone(r"^COPY books\.empty .*?^\\\.\n"),
    gone(_statement("CREATE RULE nothing")),
    gone(_statement(r"GRANT SELECT ON TABLE books\.empty")),
)
_LARGE_OBJECT = all_of(
    gone(r"^SELECT pg_catalog\.lo_create\('4712'\);\n"),
    gone(r"^ALTER LARGE OBJECT 4712 [^;]*;\n"),
    gone(r"^SELECT pg_catalog\.lo_open\('4712'.*?lo_close\(0\);\n"),
)

IN_DUMP = (
    Loss("a row", ("rows of tables: books.entry",), gone(r"^17\t18\t[^\n]*\n")),
    Loss(
        "all rows",
        ("books.history_2024",),
        replaced(r"^(COPY books\.history_2024 .*?\n).*?^\\\.", r"\1\\."),
    ),
    Loss("an empty table", ("books.empty is missing",), _EMPTY_TABLE),
    Loss("a row twice", ("books.history_2024",), replaced(r"^(7\t2024-01-08\n)", r"\1\1")),
    Loss("a cent", ("contents of tables: books.account",), replaced(r"\t300\.75\n", "\t300.76\n")),
    Loss("a text", ("contents of tables: books.entry",), replaced(r"\tnote 3\n", "\tnote  3\n")),
    Loss(
        "a NULL", ("contents of tables: books.entry",), replaced(r"(\{\"page\": 7\}\t)\\N", r"\1")
    ),
    Loss(
        "a JSON value", ("contents of tables: books.entry",), replaced(r'"page": 9}', '"page": 8}')
    ),
    Loss(
        "two rows' values swapped",
        ("contents of tables: books.account",),
        all_of(
            replaced(r"^1\tAccount 1\t", "1\tAccount X\t"),
            replaced(r"^2\tAccount 2\t", "2\tAccount 1\t"),
            replaced(r"Account X", "Account 2"),
        ),
    ),
    Loss(
        "a sequence's value", ("books.receipt: stands at 103",), replaced("104, true", "103, true")
    ),
    Loss(
        "a sequence's use",
        ("books.receipt: stands at 104, not used",),
        replaced("104, true", "104, false"),
    ),
    Loss("a sequence's position", ("books.receipt",), gone(r"^SELECT pg_catalog\.setval[^;]*;\n")),
    Loss(
        "a sequence's step",
        ("sequence books.receipt",),
        replaced("INCREMENT BY 1", "INCREMENT BY 2"),
    ),
    Loss("a column's default", ("relation books.account",), replaced(r" DEFAULT 'EUR'::text", "")),
    Loss("a NOT NULL", ("relation books.account",), replaced("name text NOT NULL", "name text")),
    Loss(
        "a column's type",
        ("relation books.empty",),
        replaced("id integer,\n    reason text", "id bigint,\n    reason text"),
    ),
    Loss(
        "a primary key",
        ("constraint entry_pkey on books.entry is missing",),
        gone(r"^ALTER TABLE ONLY books\.entry\n +ADD CONSTRAINT entry_pkey[^;]*;"),
    ),
    Loss(
        "a foreign key",
        ("constraint entry_account_fkey on books.entry is missing",),
        gone(r"^ALTER TABLE ONLY books\.entry\n    ADD CONSTRAINT entry_account_fkey[^;]*;"),
    ),
    Loss(
        "what a foreign key does",
        ("entry_account_fkey",),
        replaced("ON DELETE RESTRICT", "ON DELETE CASCADE"),
    ),
    Loss(
        "a check",
        ("constraint balance_known on books.account is missing",),
        gone(r",\n    CONSTRAINT balance_known CHECK [^\n]*"),
    ),
    Loss(
        "a domain's check",
        ("currency_check",),
        replaced(r"\n\tCONSTRAINT currency_check [^;]*;", ";"),
    ),
    Loss(
        "an index",
        ("index books.entry_account is missing",),
        gone(_statement("CREATE INDEX entry_account")),
    ),
    Loss(
        "an index's uniqueness",
        ("index books.account_name",),
        replaced("CREATE UNIQUE INDEX", "CREATE INDEX"),
    ),
    Loss(
        "a trigger",
        ("trigger stamped on books.entry is missing",),
        gone(_statement("CREATE TRIGGER stamped")),
    ),
    Loss(
        "a trigger's moment",
        ("trigger stamped on books.entry",),
        replaced("stamped BEFORE UPDATE", "stamped BEFORE INSERT"),
    ),
    Loss(
        "a rule",
        ("rule nothing on books.empty is missing",),
        gone(_statement("CREATE RULE nothing")),
    ),
    Loss(
        "a view's text",
        ("relation books.debits",),
        replaced("direction = 'debit'", "direction = 'void'"),
    ),
    Loss(
        "a materialized view's text",
        ("relation books.totals",),
        replaced(r"sum\(amount\)", "max(amount)"),
    ),
    Loss("a function's body", ("function books.double(numeric)",), replaced(r"n \* 2", "n * 3")),
    Loss(
        "an enum's value", ("type books.direction",), replaced(r"'credit',\n    'void'", "'credit'")
    ),
    Loss(
        "an enum's order",
        ("type books.direction",),
        replaced(r"'debit',\n    'credit',", "'credit',\n    'debit',"),
    ),
    Loss(
        "a policy", ("policy own on books.entry is missing",), gone(_statement("CREATE POLICY own"))
    ),
    Loss(
        "row level security",
        ("relation books.entry",),
        gone(r"^ALTER TABLE books\.entry ENABLE ROW LEVEL SECURITY;"),
    ),
    Loss(
        "a grant",
        ("relation books.account",),
        gone(_statement(r"GRANT SELECT ON TABLE books\.account")),
    ),
    Loss(
        "a column's grant",
        ("relation books.entry",),
        gone(_statement(r"GRANT SELECT\(id\) ON TABLE books\.entry")),
    ),
    Loss(
        "a revocation",
        ("function books.double(numeric)",),
        gone(_statement(r"REVOKE ALL ON FUNCTION books\.double")),
    ),
    Loss("a schema's grant", ("schema books",), gone(_statement("GRANT USAGE ON SCHEMA books"))),
    Loss(
        "default privileges", ("default privileges",), gone(_statement("ALTER DEFAULT PRIVILEGES"))
    ),
    Loss(
        "an owner", ("relation books.empty",), gone(_statement(r"ALTER TABLE books\.empty OWNER"))
    ),
    Loss("a column's comment", ("relation books.account",), gone(_statement("COMMENT ON COLUMN"))),
    Loss("a schema's comment", ("schema books",), gone(_statement("COMMENT ON SCHEMA books"))),
    Loss(
        "an extension",
        ("pg_trgm is missing",),
        all_of(gone(_statement("CREATE EXTENSION")), gone(_statement("COMMENT ON EXTENSION"))),
    ),
    Loss(
        "an extension's version",
        ("extensions: pg_trgm",),
        replaced("pg_trgm WITH SCHEMA public", "pg_trgm WITH SCHEMA public VERSION '1.5'"),
    ),
    Loss("a large object", ("large objects",), _LARGE_OBJECT),
    Loss(
        "a large object's content",
        ("contents of tables: large objects",),
        gone(r"^SELECT pg_catalog\.lowrite\(0, '\\x616e[^;]*;\n"),
    ),
    Loss(
        "a large object's owner",
        ("contents of tables: large objects",),
        gone(_statement("ALTER LARGE OBJECT 4711 OWNER")),
    ),
    Loss(
        "a large object's grant",
        ("contents of tables: large objects",),
        gone(_statement("GRANT SELECT ON LARGE OBJECT")),
    ),
    Loss(
        "a large object's comment",
        ("contents of tables: large objects",),
        gone(_statement("COMMENT ON LARGE OBJECT")),
    ),
    Loss(
        "a partition's place",
        ("relation books.history_2024",),
        gone(_statement(r"ALTER TABLE ONLY books\.history ATTACH")),
    ),
    Loss(
        "a replica identity",
        ("relation books.entry",),
        gone(_statement(r"ALTER TABLE ONLY books\.entry REPLICA")),
    ),
    Loss(
        "statistics",
        ("statistics books.related is missing",),
        all_of(gone(_statement("CREATE STATISTICS")), gone(_statement("ALTER STATISTICS"))),
    ),
    Loss(
        "a publication's table",
        ("publication feed",),
        gone(_statement("ALTER PUBLICATION feed ADD")),
    ),
    Loss(
        "an event trigger",
        ("event trigger watching is missing",),
        all_of(gone(_statement("CREATE EVENT TRIGGER")), gone(_statement("ALTER EVENT TRIGGER"))),
    ),
)

AFTER_RESTORE = (
    Loss(
        "a role",
        ("roles: {tag}_lone is missing",),
        after="DROP ROLE {tag}_lone",
        undo="CREATE ROLE {tag}_lone",
    ),
    Loss(
        "a role that nobody made",
        ("roles: {tag}_intruder is there and should not be",),
        after="CREATE ROLE {tag}_intruder",
        undo="DROP ROLE {tag}_intruder",
    ),
    Loss(
        "a role's attribute",
        ("roles: {tag}_clerk",),
        after="ALTER ROLE {tag}_clerk NOLOGIN",
        undo="ALTER ROLE {tag}_clerk LOGIN",
    ),
    Loss(
        "a role's limit",
        ("roles: {tag}_clerk",),
        after="ALTER ROLE {tag}_clerk CONNECTION LIMIT -1",
        undo="ALTER ROLE {tag}_clerk CONNECTION LIMIT 5",
    ),
    Loss(
        "a membership",
        ("roles: {tag}_clerk",),
        after="REVOKE {tag}_reader FROM {tag}_clerk",
        undo="GRANT {tag}_reader TO {tag}_clerk",
    ),
    Loss(
        "a role's setting",
        ("roles: {tag}_clerk",),
        after="ALTER ROLE {tag}_clerk RESET statement_timeout",
        undo="ALTER ROLE {tag}_clerk SET statement_timeout = '30s'",
    ),
    Loss(
        "a database's setting",
        ("database: settings",),
        after='ALTER DATABASE "{database}" RESET work_mem',
    ),
    Loss(
        "a database's comment",
        ("database: comment",),
        after='COMMENT ON DATABASE "{database}" IS NULL',
    ),
    Loss(
        "a database's grant",
        ("database: privileges",),
        after='REVOKE CREATE ON DATABASE "{database}" FROM {tag}_clerk',
    ),
    Loss(
        "a database's owner",
        ("database: owner",),
        after='ALTER DATABASE "{database}" OWNER TO {tag}_clerk',
    ),
)
