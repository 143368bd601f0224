"""Whether an image is kept, left alone or built. Pure, so that the table below is a test."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Present:
    """An image that the daemon has under an official name."""

    image_id: str
    origin: str | None
    recipe: str | None


class Decision(StrEnum):
    """What is to be done about one reference."""

    BUILD = "build"
    KEEP = "keep"
    """Our stand-in, of this very recipe."""
    OFFICIAL = "official"
    """Not ours, so the official image or a person's own: never touched."""


def decide(present: Present | None, identity: str) -> Decision:
    """Decide about the image that is there, given the identity of the recipe of today."""
    if present is None:
        return Decision.BUILD
    if present.origin is None:
        return Decision.OFFICIAL
    return Decision.KEEP if present.recipe == identity else Decision.BUILD
