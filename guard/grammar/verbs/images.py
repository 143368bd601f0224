"""Images: what removes them."""

from collections.abc import Iterator, Mapping
from typing import Final

from guard.effects import Effect, Filters, PruneImages, RemoveImage
from guard.grammar.command import Command, Reader
from guard.grammar.values import filters


def remove(command: Command) -> Iterator[Effect]:
    """``image rm``."""
    return (RemoveImage(image, force=command.line.on("force")) for image in command.words)


def pruned(*, every: bool, chosen: Filters) -> PruneImages:
    """Return the prune of images; ``dangling=false`` means those with a name as well."""
    named_too = any(key == "dangling" and value.lower() in ("0", "false") for key, value in chosen)
    return PruneImages(every or named_too, chosen)


def prune(command: Command) -> Iterator[Effect]:
    """``image prune``."""
    yield pruned(every=command.line.on("all"), chosen=filters(command.line.all("filter")))


READERS: Final[Mapping[str, Reader]] = {"image rm": remove, "image prune": prune}
