"""What may be meant by a command line, drawn at random: effects and verdict are known beforehand.

The daemon is that of `corpus/true_positives.toml`. Nothing here looks into the grammar's tables or
the rules: names of flags are written down again, and whose an object is decides the verdict.
"""

from collections.abc import Callable
from random import Random

from intents_containers import (
    change_container,
    copy,
    end_container,
    execute,
    remove_container,
    start_container,
)
from intents_new_container import run
from intents_objects import (
    change_network,
    create_volume,
    look,
    plugin_or_swarm,
    prune_containers,
    prune_images,
    prune_networks,
    prune_system,
    prune_volumes,
    remove_image,
    remove_volume,
)
from intents_projects import down, end_of_project, execute_in_project, remove_of_project, up
from spelling import Intent

MAKERS: tuple[Callable[[Random], Intent], ...] = (
    remove_volume, create_volume, prune_volumes, prune_containers, prune_networks, prune_images,
    prune_system, remove_container, end_container, start_container, change_container, execute,
    copy, run, run, run, remove_image, change_network, plugin_or_swarm, look, down, down, up,
    remove_of_project, end_of_project, execute_in_project,
)  # fmt: skip


def draw(random: Random) -> Intent:
    """Return an intent."""
    return random.choice(MAKERS)(random)
