"""LF049: what the grammar does not know is refused where something could be lost by it."""

import re
from collections.abc import Iterator
from typing import Final

from guard.decision import Decision
from guard.effects import Unknown
from guard.rules.objects import (
    environments,
    environments_of,
    is_protected,
    is_protected_name,
    locked,
)
from guard.rules.situation import Situation, refuse
from guard.world import World
from infra.conventions import CONTAINER_PREFIX

_SEPARATORS: Final = re.compile(r"[=:,@\s]+")
_WAY: Final = "write the command as `docker --help` has it, or reach the goal by make (make help)"


def unknown(effect: Unknown, situation: Situation) -> Iterator[Decision]:
    """LF049.

    Words that name objects of others, and none of ours, let it pass; words that name nothing let
    it pass only where the daemon has nothing of which something could be lost.
    """
    world = situation.world
    words = dict.fromkeys(
        part for word in effect.named for part in (word, *_SEPARATORS.split(word)) if part
    )
    known = False
    for word in words:
        told, found = _of(word, world)
        known = known or found
        if told is not None:
            yield _refused(effect, f"and {word} is LedgerFlow's", told)
            return
    if not known and (told := _at_stake(world)) is not None:
        yield _refused(effect, "and this daemon holds what must not be lost", told)


def _of(word: str, world: World) -> tuple[frozenset[str] | None, bool]:
    """Return the environments at stake (None: nothing is), and whether the word names an object."""
    container, volume = world.container(word), world.volume(word)
    network, image = world.network(word), world.image(word)
    things = [thing for thing in (container, volume, network) if thing is not None]
    for thing in things:
        told = environments_of(thing)
        if locked(told):
            return told, True
    if volume is not None and is_protected(volume):
        return environments_of(volume), True
    found = bool(things) or image is not None
    ours = word.lower().startswith(f"{CONTAINER_PREFIX}_") and not found
    if ours or locked(environments(word)) or is_protected_name(word):
        return environments(word), found
    return None, found


def _at_stake(world: World) -> frozenset[str] | None:
    for volume in world.volumes():
        told = environments_of(volume)
        if locked(told) or is_protected(volume):
            return told
    for container in world.containers():
        told = environments_of(container)
        if locked(told):
            return told
    return None


def _refused(effect: Unknown, why: str, told: frozenset[str]) -> Decision:
    return refuse(
        "LF049", f"`{effect.what}` is not known to the guard, {why}", _WAY, environments=told
    )
