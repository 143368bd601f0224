"""What the tables of a database hold, so that two databases can be compared row by row.

Each table's exact number of rows and a hash over the content of all of them that does not depend
on their order: the sum of both halves of each row's MD5. Sequences and large objects count too.
"""

from dataclasses import dataclass

SETTINGS = """\
set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set timezone = 'UTC';
set extra_float_digits = 3; set bytea_output = 'hex'; set search_path = pg_catalog;
set max_parallel_workers_per_gather = 0;
begin isolation level repeatable read read only;
"""
DATABASES = "select datname from pg_database where datallowconn and not datistemplate order by 1;"
TABLES = r"""
select format(
  $$select %L, count(*), coalesce(sum(('x' || substr(h, 1, 16))::bit(64)::bigint::numeric), 0)
    || '/' || coalesce(sum(('x' || substr(h, 17))::bit(64)::bigint::numeric), 0)
    from (select md5(t::text) as h from %s as t) as hashed;$$,
  named, case relkind when 'S' then '(select last_value, is_called from ' || named || ')'
    else 'only ' || named end)
from (select format('%I.%I', nspname, relname) as named, relkind
      from pg_class join pg_namespace as n on n.oid = relnamespace
      where relkind in ('r', 'm', 'S')
        and (relkind <> 'm' or relispopulated)
        and (nspname !~ '^pg_' and nspname <> 'information_schema'
             or n.oid = 'pg_catalog'::regnamespace and relname = 'pg_largeobject')
     ) as tables
order by named \gexec
commit;
"""


@dataclass(frozen=True)
class Content:
    """One table: how many rows, and the hash over all of them."""

    count: int
    digest: str


Rows = dict[str, Content]
"""Content by ``<database>/<schema>.<table>``, names quoted as SQL quotes them."""


def script() -> str:
    """Return what psql runs in each database: one line ``table<TAB>count<TAB>digest`` a table."""
    return SETTINGS + TABLES


def parse(database: str, output: str) -> Rows:
    """Return the rows that psql printed for one database."""
    lines = (line.rsplit("\t", 2) for line in output.splitlines() if line)
    return {f"{database}/{name}": Content(int(count), digest) for name, count, digest in lines}


def differences(expected: Rows, found: Rows) -> list[str]:
    """Return one sentence for each table that is not the same."""
    sentences = []
    for name in sorted({*expected, *found}):
        one, other = expected.get(name), found.get(name)
        if one is None or other is None:
            sentences.append(f"{name} {'was not there before' if one is None else 'is missing'}")
        elif one.count != other.count:
            sentences.append(f"{name} has {other.count} rows, expected are {one.count}")
        elif one.digest != other.digest:
            sentences.append(f"{name} has other content in its {one.count} rows")
    return sentences


def to_json(rows: Rows) -> dict[str, list[str | int]]:
    """Return the rows as JSON knows them."""
    return {name: [content.count, content.digest] for name, content in rows.items()}


def from_json(data: dict[str, list[str | int]]) -> Rows:
    """Return the rows that :func:`to_json` was given."""
    return {name: Content(int(count), str(digest)) for name, (count, digest) in data.items()}
