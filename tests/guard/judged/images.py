"""Images: removal and prune."""

from worlds import World, container, environment, identity, image

from guard.effects import PruneImages, RemoveImage
from judged import both

ORIGIN = {"com__ledgerflow__image__origin": "built"}
HERE = World(
    *environment("prod"),
    image("alpine:3"),
    image("busybox:latest", "mine/tool:1"),
    image("ledgerflow-backup:backup-1a"),
    image("registry.example/ledgerflow-django:prod-9"),
    image("notledgerflow-x:1"),
    image("labelled:1", **ORIGIN),
    container("user", image="alpine:3"),
)
REMOVED = {
    "refuse LF047": [
        RemoveImage("postgres:17.4"),
        RemoveImage("postgres:17.4", force=True),
        RemoveImage(f"sha256:{identity('redis:7.2')}"),
        RemoveImage(identity("ledgerflow-django:prod-1")[:12]),
        RemoveImage("ledgerflow-django:prod-0"),
        RemoveImage("ledgerflow-backup:backup-1a"),
        RemoveImage("registry.example/ledgerflow-django:prod-9"),
        RemoveImage("labelled:1"),
    ],
    "allow": [
        RemoveImage("alpine:3"),
        RemoveImage("busybox"),
        RemoveImage("mine/tool:1"),
        RemoveImage("notledgerflow-x:1"),
        RemoveImage("no-such"),
    ],
}


def filtered(key, value, **given):
    return PruneImages(filters=((key, value),), **given)


PRUNED = {
    "refuse LF047": [
        PruneImages(every=True),
        filtered("dangling", "false"),
        filtered("dangling", "0"),
        filtered("dangling", "False"),
        filtered("until", "24h", every=True),
        filtered("label", "com.ledgerflow.image.origin", every=True),
    ],
    "allow": [
        PruneImages(),
        filtered("dangling", "true"),
        filtered("label", "team=blue", every=True),
        filtered("label", "false"),
    ],
}
LABELLED = World(image("one:1", **ORIGIN), image("two:1", **ORIGIN))
DANGLING = World(image("", **ORIGIN), image("<none>:<none>", com__ledgerflow__x="y"))
USED = World(image("one:1", **ORIGIN), container("user", image="one:1", running=False))
CASES = [
    *both("images removed", HERE, REMOVED),
    *both("images pruned", HERE, PRUNED),
    *both(
        "labelled ones",
        LABELLED,
        {
            "refuse LF047": [filtered("label!", "team", every=True)],
            "allow": [filtered("label!", "com.ledgerflow.image.origin", every=True)],
        },
    ),
    *both("dangling ones of ours", DANGLING, {"refuse LF047": [PruneImages()]}),
    *both("used ones", USED, {"allow": [PruneImages(every=True)]}),
    *both("none of ours", World(image("alpine:3")), {"allow": [PruneImages(every=True)]}),
]
