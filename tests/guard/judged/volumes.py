"""Volumes: removal, prune, creation; and the steps of a recreation."""

from worlds import World, environment, volume

from guard.effects import CreateVolume, PruneVolumes, RemoveVolume
from infra.kept_volumes import (
    LABEL_KEPT_AS,
    LABEL_OF,
    LABEL_PHASE,
    LABEL_SOURCE,
)
from judged import both, cases

DB = "ledger_prod_db_data"
KEPT = f"{DB}_kept_20260102_030405"
STAGED = f"{DB}_staged"
JOURNAL = f"{DB}_recreating"
PROTECT = ("com.ledgerflow.protect", "true")
OF = {LABEL_OF.replace(".", "__"): DB}
KEPT_LABELS = {**OF, "com__ledgerflow__kept": "true"}


def journal(phase, source=KEPT, kept=KEPT):
    labels = {LABEL_PHASE: phase, LABEL_SOURCE: source, LABEL_KEPT_AS: kept, LABEL_OF: DB}
    return volume(JOURNAL, **{key.replace(".", "__"): value for key, value in labels.items()})


HERE = World(
    *environment("prod"),
    *environment("dev", protected_by_label=False),
    volume("pgdata"),
    volume("precious", com__ledgerflow__protect="true"),
    volume("vault", com__ledgerflow__protect="true", com__ledgerflow__environment="dr"),
    volume("loud", com__ledgerflow__protect="TRUE"),
    volume("unprotected", com__ledgerflow__protect="false"),
    volume("saved", com__ledgerflow__kept="true"),
    volume(KEPT, **KEPT_LABELS),
    volume("ledger_prod_redis_data_kept_x"),
    volume("cache", team="blue", tier="one"),
)
ALONE = World(volume("pgdata"), volume("cache", team="blue"))
ONE = World(volume("pgdata"), volume("db", com__ledgerflow__protect="true", team="blue"))
BY_NAME = World(volume("ledger_test-1a_media_data"))

REMOVED = {
    "refuse LF040": [
        RemoveVolume(DB),
        RemoveVolume(DB, force=True),
        RemoveVolume("ledger_prod_media_data"),
        RemoveVolume("ledger_dev_db_data"),
        RemoveVolume("ledger_dev_media_data"),
        RemoveVolume("ledger_dr_db_data"),
        RemoveVolume("ledger_test-1a2b_media_data"),
        RemoveVolume("ledger_prod_audit"),
        RemoveVolume("precious"),
        RemoveVolume("vault"),
        RemoveVolume("loud"),
        RemoveVolume("saved"),
        RemoveVolume(KEPT),
        RemoveVolume("ledger_staging_media_data_kept_20260102_030405"),
    ],
    "allow": [
        RemoveVolume("pgdata"),
        RemoveVolume("no-such"),
        RemoveVolume("unprotected"),
        RemoveVolume("ledger_prod_redis_data"),
        RemoveVolume("ledger_dev_caddy_data"),
        RemoveVolume("ledger_dev_audit"),
        RemoveVolume("ledger_prod_redis_data_kept_x"),
        RemoveVolume("ledger_db_data"),
        RemoveVolume("ledger_prod_db_data2"),
        RemoveVolume("my_ledger_prod_db_data"),
    ],
}


def label(value, key="label"):
    return PruneVolumes(filters=((key, value),))


PRUNED = {
    "refuse LF042": [
        PruneVolumes(),
        PruneVolumes(every=True),
        label("com.ledgerflow.protect"),
        label("com.ledgerflow.protect=true"),
        label("team"),
        label("team=blue"),
        label("tier", "label!"),
        label("team=red", "label!"),
        label("24h", "until"),
        PruneVolumes(filters=(("label!", "com.ledgerflow.protect"), ("label!", "tier"))),
        PruneVolumes(filters=(("label", "team"), ("label", "com.ledgerflow.protect=true"))),
    ],
    "allow": [
        label("tier"),
        label("team=red"),
        label("team=", "label"),
        label("com.ledgerflow.protect", "label!"),
        label("com.ledgerflow.protect=true", "label!"),
        PruneVolumes(filters=(("label", "team"), ("label", "tier"))),
        PruneVolumes(filters=(("label!", "com.ledgerflow.protect"), ("label!", "team=blue"))),
    ],
}

CREATED = {
    "refuse LF051": [
        CreateVolume(DB),
        CreateVolume("ledger_dev_media_data", (("other", "true"),)),
        CreateVolume("ledger_dev_db_data", (("com.ledgerflow.protect", "false"),)),
        CreateVolume(DB, (PROTECT, ("com.ledgerflow.environment", "dev"))),
    ],
    "refuse LF021": [
        CreateVolume("x", device="/"),
        CreateVolume("x", device="/var/lib/docker/volumes/a/_data"),
        CreateVolume("x", device="/run"),
        CreateVolume("x", device="./../../../var/lib"),
        CreateVolume("x", device="overlay"),
    ],
    "refuse LF004": [CreateVolume("x", device="/home/u/Dropbox/data")],
    "refuse LF020": [CreateVolume("x", device="/dev/sda1")],
    "allow": [
        CreateVolume(""),
        CreateVolume("pgdata"),
        CreateVolume("ledger_dev_db_data", (PROTECT,)),
        CreateVolume(DB, (PROTECT, ("com.ledgerflow.environment", "prod"))),
        CreateVolume("ledger_dev_redis_data"),
        CreateVolume("ledger_prod_audit"),
        CreateVolume("x", device="/srv/disk"),
        CreateVolume("x", device="tmpfs"),
        CreateVolume("x", device=":/export"),
    ],
}
FORGED = {
    "refuse LF051": [
        CreateVolume(JOURNAL),
        CreateVolume("x", (("com.ledgerflow.recreation.phase", "rebuilding"),)),
        CreateVolume("x", (("com.ledgerflow.kept", "true"),)),
        CreateVolume(
            "x", (("com.ledgerflow.kept", "true"), ("com.ledgerflow.environment", "prod"))
        ),
    ],
    "allow": [CreateVolume("x", (("com.ledgerflow.of", "y"),))],
}
MADE_BY_PROGRAM = {
    "allow": [
        CreateVolume(JOURNAL, ((LABEL_PHASE, "rebuilding"),)),
        CreateVolume(KEPT, (("com.ledgerflow.kept", "true"),)),
    ]
}


def world(*things):
    return World(*environment("prod"), *things)


ASIDE = volume(KEPT, **KEPT_LABELS)
STRANGE = volume(KEPT, com__ledgerflow__kept="true")
READY = volume(STAGED, **OF)
REFUSED = {"refuse LF040": [RemoveVolume(DB)]}
ALLOWED = {"allow": [RemoveVolume(DB)]}
UNFINISHED = {"allow": [RemoveVolume(KEPT)]}
WHOLE = {"refuse LF040": [RemoveVolume(KEPT)]}

REBUILDING = world(journal("rebuilding"), ASIDE)
STAGED_KEPT = world(journal("rebuilding", STAGED), READY, ASIDE)
STEPS = [
    *cases("rebuilding from the kept volume", REBUILDING, ALLOWED, by_hand=False),
    *cases("rebuilding from the kept volume", REBUILDING, REFUSED),
    *cases("rebuilding, staged", STAGED_KEPT, ALLOWED, by_hand=False),
    *cases(
        "rebuilding what was lost",
        world(journal("rebuilding", STAGED, kept=""), READY),
        ALLOWED,
        by_hand=False,
    ),
    *both("rebuilding, the source gone", world(journal("rebuilding")), REFUSED),
    *both("rebuilding, no source named", world(journal("rebuilding", ""), ASIDE), REFUSED),
    *both("the source of another", world(journal("rebuilding"), STRANGE), REFUSED),
    *both(
        "rebuilding, the kept volume gone",
        world(journal("rebuilding", STAGED), READY),
        REFUSED,
    ),
    *both("keeping, not rebuilding", world(journal("keeping"), ASIDE), REFUSED),
    *cases("an unfinished copy", world(journal("keeping"), ASIDE), UNFINISHED, by_hand=False),
    *cases("an unfinished copy", world(journal("keeping"), ASIDE), WHOLE),
    *both("another copy", world(journal("keeping", kept="other"), ASIDE), WHOLE),
    *both("a copy that is the source", REBUILDING, WHOLE),
    *both("a copy without a journal", world(ASIDE), WHOLE),
    *both("a copy, its origin gone", World(journal("keeping"), ASIDE), WHOLE),
    *both("a copy of nothing", World(journal("keeping"), STRANGE), WHOLE),
    *cases("a journal in use", REBUILDING, {"refuse LF040": [RemoveVolume(JOURNAL)]}),
    *cases("a journal in use", REBUILDING, {"allow": [RemoveVolume(JOURNAL)]}, by_hand=False),
    *cases(
        "a journal without its source",
        world(journal("rebuilding")),
        {"allow": [RemoveVolume(JOURNAL)]},
    ),
    *cases(
        "a journal of a copy", world(journal("keeping"), ASIDE), {"allow": [RemoveVolume(JOURNAL)]}
    ),
    *cases("no journal", world(), {"allow": [RemoveVolume(JOURNAL)]}),
    *both("a staged volume", STAGED_KEPT, {"allow": [RemoveVolume(STAGED)]}),
]

CASES = [
    *both("volumes removed", HERE, REMOVED),
    *both("volumes pruned", ONE, PRUNED),
    *both("pruned beside nothing", ALONE, {"allow": [PruneVolumes(), PruneVolumes(every=True)]}),
    *both(
        "pruned beside unlabelled",
        BY_NAME,
        {
            "refuse LF042": [PruneVolumes(), label("com.ledgerflow.protect=true", "label!")],
            "allow": [label("x")],
        },
    ),
    *both("pruned beside many", HERE, {"refuse LF042": [PruneVolumes()]}),
    *both("volumes created", HERE, CREATED),
    *cases("volumes of a recreation", HERE, FORGED),
    *cases("volumes of a recreation", HERE, MADE_BY_PROGRAM, by_hand=False),
    *STEPS,
]
