"""LF048: the guard stays in the daemon, and the daemon in its swarm."""

import re
from collections.abc import Iterator
from typing import Final

from guard.decision import Decision
from guard.effects import ChangePlugin, ChangeSwarm
from guard.rules.objects import environments, locked
from guard.rules.situation import Situation, refuse
from infra.conventions import CONTAINER_PREFIX

_ID: Final = re.compile(r"[0-9a-f]{4,64}")
"""A plugin's id or its beginning, of which nobody can tell which plugin it is."""


def plugin(effect: ChangePlugin, situation: Situation) -> Iterator[Decision]:
    """LF048: no change of the guard's own plugin."""
    name = effect.plugin.lower()
    if CONTAINER_PREFIX in name or not name or _ID.fullmatch(name):
        yield refuse(
            "LF048",
            f"plugin {effect.plugin or 'without a name'} would change ({effect.change}); it may "
            "be the guard",
            "name any other plugin in full; docs/authorization.md says how the guard is removed",
        )


def swarm(effect: ChangeSwarm, situation: Situation) -> Iterator[Decision]:
    """LF048 and LF050: a swarm is not left, and a locked environment's services stay."""
    if effect.change == "leave":
        yield refuse(
            "LF048",
            "leaving the swarm deletes its services, secrets and networks on this machine",
            "ledger_docker node update --availability drain NODE moves its work elsewhere",
        )
    told = locked(environments(effect.name))
    if told:
        yield refuse(
            "LF050",
            f"{effect.name} of {told[0]} would change ({effect.change})",
            f"change Pulumi.{told[0]}.yaml, then make up ENV={told[0]}",
        )
