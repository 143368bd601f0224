"""Plugins and the swarm."""

from worlds import World, environment

from guard.effects import ChangePlugin, ChangeSwarm
from judged import both

HERE = World(*environment("prod"))
TABLE = {
    "refuse LF048": [
        ChangePlugin("ledgerflow-guard", "disable"),
        ChangePlugin("registry.example/LedgerFlow/authz:latest", "remove"),
        ChangePlugin("ledger_docker", "set"),
        ChangePlugin("", "upgrade"),
        ChangePlugin("6f2a", "disable"),
        ChangePlugin("6F2A1B" * 10, "disable"),
        ChangeSwarm("leave"),
    ],
    "refuse LF050": [ChangeSwarm("service rm", "ledger_prod_postgres")],
    "allow": [
        ChangePlugin("vieux/sshfs", "disable"),
        ChangePlugin("abc", "remove"),
        ChangePlugin("face-off", "set"),
        ChangePlugin("a" * 65, "set"),
        ChangeSwarm("init"),
        ChangeSwarm("join"),
        ChangeSwarm("service rm", "web"),
        ChangeSwarm("service rm", "ledger_dev_redis"),
    ],
}
CASES = list(both("itself", HERE, TABLE))
