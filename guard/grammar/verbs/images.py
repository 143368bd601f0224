"""Images: what removes them."""

from collections.abc import Iterator, Mapping
from typing import Final

from guard.effects import Effect, Filters, PruneImages, RemoveImage
from guard.grammar.command import Command, Reader
from guard.grammar.values import filters, one_filter


def remove(command: Command) -> Iterator[Effect]:
    """``image rm``."""
    return (RemoveImage(image, force=command.line.on("force")) for image in command.words)


def pruned(*, every: bool, chosen: Filters) -> PruneImages:
    """Return the prune of images; ``dangling=false`` means those with a name as well."""
    dangling, others = one_filter("dangling", chosen)
    return PruneImages(every or bool(dangling & {"0", "false"}), others)


def prune(command: Command) -> Iterator[Effect]:
    """``image prune``."""
    yield pruned(every=command.line.on("all"), chosen=filters(command.line.all("filter")))


READERS: Final[Mapping[str, Reader]] = {"image rm": remove, "image prune": prune}
