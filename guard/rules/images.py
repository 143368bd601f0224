"""LF047: the images that LedgerFlow runs, and ran before, stay: a rollback starts them again."""

from collections.abc import Iterator
from typing import Final

from guard.decision import Decision
from guard.effects import PruneImages, RemoveImage
from guard.rules.objects import (
    environments_of,
    is_ours,
)
from guard.rules.situation import Situation, listed, refuse
from guard.rules.volumes import matches
from guard.world import Container, Image, World
from infra.conventions import LABEL_PREFIX, PROJECT

_DANGLING: Final = "dangling"
_NO: Final = frozenset({"false", "0", "f"})
_NAMELESS: Final = "<none>"


def removal(effect: RemoveImage, situation: Situation) -> Iterator[Decision]:
    """LF047, of one image."""
    image = situation.world.image(effect.image)
    if image is None:
        return
    users = [c for c in _ours(situation.world) if c.image_id == image.id]
    if users or is_application(image):
        used = f"container {users[0].name} runs it" if users else "a rollback starts it"
        yield refuse(
            "LF047",
            f"image {effect.image} belongs to LedgerFlow: {used}",
            "ledger_docker image prune frees the space of unnamed ones; rmi takes any other",
            environments={name for c in users for name in environments_of(c)},
        )


def pruning(effect: PruneImages, situation: Situation) -> Iterator[Decision]:
    """LF047, of all images that no container uses and the filters do not leave out."""
    dangling = {value.lower() for key, value in effect.filters if key == _DANGLING}
    every = effect.every or bool(dangling & _NO)
    found = _unused(effect, situation.world, every=every)
    if found:
        names = [name for image in found for name in image.names[:1] or (image.id[:19],)]
        yield refuse(
            "LF047",
            f"a prune of images would delete {listed(names)}, which LedgerFlow starts again",
            "ledger_docker image prune (without -a) deletes unnamed ones alone; ledger_docker rmi "
            "NAME those that you mean",
        )


def is_application(image: Image) -> bool:
    """Tell whether an image is LedgerFlow's own, by its labels or one of its names."""
    if any(key.startswith(f"{LABEL_PREFIX}.") for key in image.labels):
        return True
    return any(name.rpartition("/")[2].startswith(f"{PROJECT}-") for name in image.names)


def _unused(effect: PruneImages, world: World, *, every: bool) -> list[Image]:
    candidates = [
        image
        for image in world.images()
        if is_application(image)
        and (every or not [name for name in image.names if _NAMELESS not in name])
        and matches(effect.filters, image.labels)
    ]
    if not candidates:
        return []
    used = {container.image_id for container in world.containers()}
    return [image for image in candidates if image.id not in used]


def _ours(world: World) -> list[Container]:
    return [c for c in world.containers() if is_ours(c.name, c.labels)]
