"""Programs run in containers, and files copied into them."""

from dataclasses import replace

from worlds import World, container, environment, identity, volume

from guard.effects import CopyInto, Execute
from guard.rules.executing import ROLE_COMMAND
from judged import both, cases

DATA = "/var/lib/postgresql/data"
OWN = {"com__ledgerflow__environment": "prod", "com__ledgerflow__service": "django"}
FRESH = container(
    "ledger_prod_django_new", "ledger_prod_media_data:/srv/media", running=False, status="created",
    **OWN,
)  # fmt: skip
HERE = World(
    *environment("prod"),
    *environment("dev"),
    container("builder", "pgdata:/data"),
    container("indirect", "/var/lib/docker/volumes:/v"),
    container("ledger_prod_backup", "ledger_prod_media_data:/media:ro",
              "/home/u/LedgerFlow_Archive/backups/prod:/archive/prod", **OWN),
    container("ledger_prod_reader", "ledger_prod_db_data:/data:ro", **OWN),
    container("ledger_prod_db_data_server", f"ledger_prod_db_data:{DATA}"),
    container("stranger", "precious:/data", status="created", running=False),
    replace(container("stray", "precious:/data"), folder="/data"),
    volume("precious", com__ledgerflow__protect="true"),
    FRESH,
)  # fmt: skip


def run(name, *command, **given):
    return Execute(name, command, **given)


def sql(statement, name="ledger_prod_postgres"):
    return run(name, "psql", "-U", "ledgerflow", "-c", statement)


TABLE = {
    "refuse LF020": [
        run("builder", "ls", privileged=True),
        run("ledger_dev_postgres", "ls", privileged=True),
        run("no-such", "ls", privileged=True),
    ],
    "refuse LF045": [
        run("ledger_prod_postgres", "rm", "-rf", DATA),
        run("/ledger_prod_postgres", "rm", "-rf", DATA),
        run(identity("ledger_dev_postgres")[:12], "rm", "-rf", "/var/lib/postgresql"),
        run("ledger_dev_django_blue", "python", "manage.py", "flush", "--no-input"),
        run("ledger_dev_redis", "redis-cli", "flushall"),
        run("indirect", "rm", "-rf", "/v/ledger_prod_db_data"),
        run("ledger_prod_backup", "rm", "-rf", "/archive/prod"),
        run("stray", "rm", "-rf", "*"),
        run("stray", "rm", "-rf", "base", folder="/data"),
        sql("DROP TABLE documents"),
        sql("TRUNCATE documents", "ledger_dev_postgres"),
        run("ledger_prod_db_data_server", "psql", "-c", "drop table a"),
    ],
    "needs proof LF045": [
        run("ledger_prod_postgres"),
        run("ledger_prod_postgres", "bash"),
        run("ledger_prod_postgres", "psql"),
        run("ledger_prod_django_blue", "python", "-c", "print(1)"),
        run("ledger_prod_backup", "sh"),
        sql("UPDATE documents SET title = ''"),
    ],
    "allow": [
        run("ledger_prod_postgres", "pg_isready"),
        run("ledger_prod_postgres", "pg_dump", "ledgerflow"),
        sql("SELECT count(*) FROM documents"),
        run("ledger_prod_django_blue", "python", "manage.py", "migrate"),
        run("ledger_prod_django_blue", "python", "/app/healthcheck.py"),
        run("ledger_dev_postgres", "bash"),
        run("ledger_dev_postgres"),
        run("ledger_prod_reader", "bash"),
        run("ledger_prod_redis", "redis-cli", "set", "a", "b"),
        run("ledger_prod_caddy", "rm", "-rf", "/data"),
        run("ledger_dev_redis", "rm", "-rf", "/var/lib/postgresql/data"),
        run("builder", "rm", "-rf", "/data"),
        run("stray", "rm", "-rf", "*", folder="/tmp"),
        run("no-such", "rm", "-rf", "/data"),
        run("ledger_prod_backup", "ledgerflow-backup", "list"),
    ],
}
BY_PROGRAM = [
    run("ledger_prod_postgres", *ROLE_COMMAND),
    run("ledger_prod_db_data_server", "psql", "-X", "-q"),
]
COPIED = {
    "refuse LF046": [
        CopyInto("ledger_prod_postgres", DATA),
        CopyInto("ledger_prod_postgres", f"{DATA}/base/1"),
        CopyInto("/ledger_prod_postgres", "/var/lib"),
        CopyInto("ledger_dev_postgres", "/"),
        CopyInto("ledger_dev_django_blue", "/srv/../srv/media/"),
        CopyInto("ledger_dev_django_blue", "srv"),
        CopyInto("ledger_prod_backup", "/archive"),
        CopyInto("indirect", "/v/x"),
        CopyInto("stranger", "/"),
    ],
    "allow": [
        CopyInto("ledger_prod_postgres", "/tmp"),
        CopyInto("ledger_dev_django_blue", "/app/x.py"),
        CopyInto("ledger_prod_reader", "/data"),
        CopyInto("ledger_prod_caddy", "/data"),
        CopyInto("builder", "/data"),
        CopyInto("no-such", "/"),
    ],
}
LINKED = World(
    container("linked", "/big/engine/volumes:/v", "/big/x:/x"),
    data_root="/data/engine",
    links={"/data/engine": "/big/engine"},
)
CASES = [
    *both("run", HERE, TABLE),
    *both(
        "run beside a linked root",
        LINKED,
        {
            "refuse LF045": [run("linked", "rm", "-rf", "/v/x")],
            "allow": [run("linked", "rm", "-rf", "/x")],
        },
    ),
    *cases("run by the program", HERE, {"needs proof LF045": BY_PROGRAM}),
    *cases("run by the program", HERE, {"allow": BY_PROGRAM}, by_hand=False),
    *both("copied", HERE, COPIED),
    *cases("prepared", HERE, {"refuse LF046": [CopyInto("ledger_prod_django_new", "/")]}),
    *cases(
        "prepared",
        HERE,
        {
            "allow": [
                CopyInto("ledger_prod_django_new", "/"),
                CopyInto("ledger_prod_django_new", "/."),
            ],
            "refuse LF046": [
                CopyInto("ledger_prod_django_new", "/srv"),
                CopyInto("ledger_prod_django_green", "/"),
            ],
        },
        by_hand=False,
    ),
]
