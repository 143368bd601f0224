"""Containers that exist: stopped, killed, removed, pruned, changed."""

from worlds import World, container, environment, identity, volume

from guard.effects import (
    ChangeContainer,
    KillContainer,
    PruneContainers,
    RemoveContainer,
    StartContainer,
    StopContainer,
)
from judged import both, cases

ANONYMOUS = identity("anonymous")
OURS = {"com__ledgerflow__environment": "prod", "com__ledgerflow__service": "django"}
HERE = World(
    *environment("prod"),
    *environment("dev"),
    volume("precious", com__ledgerflow__protect="true"),
    container("builder"),
    container("other", "pgdata:/data", "/srv/x:/x"),
    container("reader", "precious:/data:ro"),
    container("stray", "ledger_prod_db_data:/data"),
    container("indirect", "/var/lib/docker/volumes:/v"),
    container("archiver", "/home/u/LedgerFlow_Archive/backups/prod:/archive/prod"),
    container("vaulted", "precious:/data", com__ledgerflow__environment="prod"),
    container("redis"),
    container("labelled", com__ledgerflow__environment="prod", com__ledgerflow__service="redis"),
    container(
        "ledger_prod_begun",
        f"{ANONYMOUS}:/scratch",
        running=False,
        status="created",
        com__ledgerflow__service="redis",
    ),
    container("ledger_prod_scratch", f"{ANONYMOUS}:/scratch"),
    container("ledger_prod_worker", "ledger_prod_work:/work", **OURS),
)
GENTLE = {
    "allow": [
        StopContainer("ledger_prod_postgres"),
        StopContainer("no-such"),
        StartContainer("ledger_prod_django_green"),
        StartContainer("builder"),
    ]
}
KILLED = {
    "needs proof LF044": [
        KillContainer("ledger_prod_postgres"),
        KillContainer("/ledger_prod_postgres"),
        KillContainer(identity("ledger_prod_postgres")[:12]),
        KillContainer("ledger_prod_redis"),
        KillContainer("ledger_prod_django_blue"),
        KillContainer("labelled"),
        RemoveContainer("ledger_prod_postgres", force=True),
        RemoveContainer("vaulted", force=True),
        KillContainer("vaulted"),
    ],
    "allow": [
        KillContainer("ledger_dev_postgres"),
        KillContainer("ledger_prod_caddy"),
        KillContainer("ledger_prod_django_green"),
        KillContainer("builder"),
        KillContainer("redis"),
        KillContainer("reader"),
        KillContainer("stray"),
        KillContainer("archiver"),
        KillContainer("no-such"),
        RemoveContainer("no-such", volumes=True, force=True),
        RemoveContainer("ledger_prod_postgres"),
        RemoveContainer("ledger_prod_django_green", force=True),
        RemoveContainer("ledger_dev_postgres", force=True),
        RemoveContainer("builder", volumes=True, force=True),
        RemoveContainer("other", volumes=True),
    ],
    "refuse LF041": [
        RemoveContainer("ledger_prod_postgres", volumes=True),
        RemoveContainer("ledger_prod_postgres", volumes=True, force=True),
        RemoveContainer("ledger_dev_redis", volumes=True),
        RemoveContainer("ledger_dev_caddy", volumes=True),
        RemoveContainer("labelled", volumes=True),
        RemoveContainer("reader", volumes=True),
        RemoveContainer("stray", volumes=True),
        RemoveContainer("indirect", volumes=True),
        RemoveContainer("archiver", volumes=True),
        RemoveContainer("ledger_prod_scratch", volumes=True),
    ],
}
NOTHING_KEPT = [
    RemoveContainer("ledger_prod_begun", volumes=True, force=True),
    RemoveContainer("ledger_prod_django_green", volumes=True),
    RemoveContainer("ledger_prod_worker", volumes=True),
]
STOPPED = World(
    *environment("prod", running=False),
    container("old", running=False, team="blue"),
)
PRUNED = {
    "refuse LF042": [
        PruneContainers(),
        PruneContainers((("until", "24h"),)),
        PruneContainers((("label", "com.ledgerflow.environment=prod"),)),
        PruneContainers((("label!", "team"),)),
    ],
    "allow": [
        PruneContainers((("label!", "com.ledgerflow.environment"),)),
        PruneContainers((("label", "team=blue"),)),
        PruneContainers((("label", "com.ledgerflow.environment=dev"),)),
    ],
}
RUNNING = World(*environment("staging")[:6], *environment("dev", running=False))
CHANGED = {
    "refuse LF050": [
        ChangeContainer("ledger_prod_postgres", "rename", "old"),
        ChangeContainer("labelled", "rename", "old"),
    ],
    "refuse LF052": [
        ChangeContainer("builder", "rename", "ledger_prod_postgres"),
        ChangeContainer("ledger_dev_django_blue", "rename", "ledger_staging_django"),
    ],
    "allow": [
        ChangeContainer("builder", "rename", "x"),
        ChangeContainer("builder", "update"),
        ChangeContainer("ledger_dev_postgres", "rename", "old"),
        ChangeContainer("ledger_dev_postgres", "update"),
        ChangeContainer("no-such", "rename", "ledger_prod_postgres"),
    ],
}
LIMITS = ChangeContainer("ledger_prod_postgres", "update")

CASES = [
    *both("gentle", HERE, GENTLE),
    *both("killed and removed", HERE, KILLED),
    *cases("with volumes that keep nothing", HERE, {"refuse LF041": NOTHING_KEPT}),
    *cases("with volumes that keep nothing", HERE, {"allow": NOTHING_KEPT}, by_hand=False),
    *both("containers pruned", STOPPED, PRUNED),
    *both("containers pruned, a slot stopped", HERE, {"refuse LF042": [PruneContainers()]}),
    *both("containers pruned, all running", RUNNING, {"allow": [PruneContainers()]}),
    *both("changed", HERE, CHANGED),
    *cases("limits", HERE, {"refuse LF050": [LIMITS]}),
    *cases("limits", HERE, {"allow": [LIMITS]}, by_hand=False),
]
