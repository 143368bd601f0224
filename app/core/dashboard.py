"""The blocks of the start page. Each application registers its own in its ``AppConfig.ready``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # modules of registration import this before there are models
    from django.contrib.auth.models import User

Collect = Callable[["User"], Mapping[str, Any]]
"""Returns what the block's template shows to a user; at most two queries."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: ``template`` is included with what ``collect`` returns as ``block``."""

    name: str
    title: str
    template: str
    collect: Collect
    order: int = 50


@dataclass(frozen=True, slots=True)
class Filled:
    """A block as the page shows it."""

    name: str
    title: str
    template: str
    content: Mapping[str, Any]


_blocks: dict[str, Block] = {}


def register(block: Block) -> None:
    """Add a block to the start page; one of the same name is replaced."""
    _blocks[block.name] = block


def filled_blocks(user: "User") -> tuple[Filled, ...]:
    """Return the blocks for ``user``, smaller ``order`` first."""
    ordered = sorted(_blocks.values(), key=lambda block: (block.order, block.title))
    return tuple(Filled(b.name, b.title, b.template, b.collect(user)) for b in ordered)
