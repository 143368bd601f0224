"""LF046: nothing is copied over data."""

from collections.abc import Iterator

from guard.decision import Decision
from guard.effects import CopyInto
from guard.rules.objects import (
    NEVER_STARTED,
    environments_of,
    find_container,
    is_ours,
    protected_mounts,
)
from guard.rules.paths import parts, related
from guard.rules.situation import Situation, refuse
from guard.world import Container


def into(effect: CopyInto, situation: Situation) -> Iterator[Decision]:
    """LF046: neither into the place of a protected volume nor above it.

    LedgerFlow's own program gives a container its files before it starts, at the root; the names
    in that archive are not seen, so it passes only while nothing has run on the container.
    """
    container = find_container(effect.container, situation.world)
    if container is None or (not situation.by_hand and _is_prepared(container, effect)):
        return
    place = parts(effect.path)
    for target, volume in protected_mounts(container, situation.world, writable=True).items():
        if related(place, parts(target)):
            yield refuse(
                "LF046",
                f"files would be copied over {volume} in {container.name} ({target})",
                "copy to another folder of the container; make restore brings back a backup",
                environments=environments_of(container),
                volumes=(volume,),
            )


def _is_prepared(container: Container, effect: CopyInto) -> bool:
    ours = is_ours(container.name, container.labels)
    return ours and container.status == NEVER_STARTED and not parts(effect.path)
