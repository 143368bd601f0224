"""What the grammar does not know."""

from worlds import World, container, environment, identity, image, network, volume

from guard.effects import Look, Unknown
from judged import both

STRANGERS = (
    container("builder"),
    volume("pgdata"),
    network("web"),
    image("alpine:3"),
    container("labelled", com__ledgerflow__environment="prod"),
    network("front", com__ledgerflow__environment="staging"),
    volume("precious", com__ledgerflow__protect="true"),
)
HERE = World(*environment("prod"), *environment("dev"), *STRANGERS)


def of(*named):
    return Unknown("docker frobnicate", named)


TABLE = {
    "refuse LF049": [
        of(),
        of("no-such"),
        of("ledger_prod_redis"),
        of(identity("ledger_prod_redis")[:12]),
        of("builder", "ledger_prod_internal"),
        of("ledger_prod_redis_data"),
        of("ledger_prod_db_data"),
        of("ledger_dev_media_data"),
        of("precious"),
        of("labelled"),
        of("front"),
        of("--volume=ledger_prod_db_data"),
        of("ledger_prod_db_data:/data"),
        of("alpine:3,ledger_prod_db_data"),
        of("x@ledger_prod_db_data"),
        of("one two ledger_prod_db_data"),
        of("builder", "ledger_dev_gone"),
        of("builder", "LEDGER_DEV_GONE"),
        of("builder", "ledger_prod_gone"),
        of("builder", "ledger_test-1a_db_data"),
    ],
    "allow": [
        of("builder"),
        of("pgdata", "no-such"),
        of("web"),
        of("alpine:3"),
        of("ledger_dev_redis"),
        of("ledger_dev_redis_data"),
        of("--container=builder"),
    ],
}
EMPTY = World(container("builder"), volume("pgdata"))
DEV = World(container("ledger_dev_redis"), volume("ledger_dev_redis_data"))
PROTECTED = World(volume("precious", com__ledgerflow__protect="true"))
LOCKED_VOLUME = World(volume("ledger_prod_redis_data"))
LOCKED_CONTAINER = World(container("ledger_staging_redis"))
NOTHING_KNOWN = [of(), of("no-such")]
CASES = [
    *both("unknown", HERE, TABLE),
    *both("unknown on an empty daemon", EMPTY, {"allow": NOTHING_KNOWN}),
    *both("unknown beside dev", DEV, {"allow": NOTHING_KNOWN}),
    *both("unknown beside a protected volume", PROTECTED, {"refuse LF049": NOTHING_KNOWN}),
    *both("unknown beside a locked volume", LOCKED_VOLUME, {"refuse LF049": NOTHING_KNOWN}),
    *both("unknown beside a locked container", LOCKED_CONTAINER, {"refuse LF049": NOTHING_KNOWN}),
    *both("looking", HERE, {"allow": [Look(), Look("ps")]}),
]
