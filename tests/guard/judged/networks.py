"""Networks: removal, prune, and who is on them."""

from worlds import World, container, environment, identity, network

from guard.effects import ChangeNetwork, PruneNetworks, RemoveNetwork
from judged import both, cases

GUEST = {
    "com__ledgerflow__environment": "prod",
    "com__ledgerflow__stack": "prod-backup",
    "com__ledgerflow__service": "backup",
}
HERE = World(
    *environment("prod"),
    *environment("dev"),
    network("web"),
    network("front", com__ledgerflow__environment="prod"),
    network("ledger_prod_extra"),
    container("builder"),
    container("ledger_prod_backup", **GUEST),
)
REMOVED = [
    RemoveNetwork("ledger_prod_internal"),
    RemoveNetwork(identity("ledger_prod_edge")[:12]),
    RemoveNetwork("front"),
    RemoveNetwork("ledger_prod_extra"),
]
OTHERS = [RemoveNetwork("web"), RemoveNetwork("ledger_dev_internal"), RemoveNetwork("no-such")]


def put(container_name, network_name):
    return ChangeNetwork(network_name, container_name, connect=True)


def take(container_name, network_name):
    return ChangeNetwork(network_name, container_name, connect=False)


BY_PROGRAM = [
    put("ledger_prod_redis", "ledger_prod_egress"),
    put("ledger_prod_backup", "ledger_prod_internal"),
    put("ledger_prod_redis", "web"),
    take("ledger_prod_backup", "ledger_prod_internal"),
    take("builder", "ledger_prod_internal"),
    take("ledger_prod_redis", "web"),
    take("ledger_prod_redis", "ledger_prod_extra"),
]
BY_NOBODY = [
    put("builder", "ledger_prod_internal"),
    put("ledger_dev_redis", "front"),
    put("ledger_dev_redis", "ledger_staging_internal"),
    put("ledger_staging_redis", "web"),
    take("ledger_prod_redis", "ledger_prod_internal"),
    take(identity("ledger_prod_redis")[:12], "ledger_prod_edge"),
    take("ledger_prod_gone", "ledger_prod_internal"),
]
ANYBODY = [
    put("builder", "web"),
    put("ledger_dev_redis", "web"),
    put("builder", "ledger_dev_internal"),
    take("ledger_dev_redis", "ledger_dev_internal"),
    take("no-such", "no-such"),
]
STOPPED = World(*environment("prod", running=False), *environment("dev", running=False))
HALF = World(*environment("staging", running=False), *environment("prod"))
NO_LABEL = PruneNetworks((("label!", "com.ledgerflow.environment"),))
PRUNED = {
    "refuse LF042": [
        PruneNetworks(),
        PruneNetworks((("until", "1h"),)),
        PruneNetworks((("label", "com.ledgerflow.environment=prod"),)),
    ],
    "allow": [NO_LABEL, PruneNetworks((("label", "com.ledgerflow.environment=dev"),))],
}
CASES = [
    *cases("networks removed", HERE, {"refuse LF050": REMOVED, "allow": OTHERS}),
    *cases("networks removed", HERE, {"allow": [*REMOVED, *OTHERS]}, by_hand=False),
    *cases("members", HERE, {"refuse LF050": [*BY_PROGRAM, *BY_NOBODY], "allow": ANYBODY}),
    *cases(
        "members",
        HERE,
        {"refuse LF050": BY_NOBODY, "allow": [*BY_PROGRAM, *ANYBODY]},
        by_hand=False,
    ),
    *both("networks pruned", STOPPED, PRUNED),
    *both("networks pruned, half running", HALF, {"refuse LF042": [PruneNetworks()]}),
    *both("networks pruned, all running", HERE, {"allow": [PruneNetworks()]}),
    *both("none of ours", World(network("web")), {"allow": [PruneNetworks()]}),
]
