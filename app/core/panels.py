"""Panels that applications register for a page of another, which so need not know them.

Each application registers its own in its ``AppConfig.ready``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec

Asked = ParamSpec("Asked")
"""What a page says of itself: who reads it, and what it is about."""


@dataclass(frozen=True, slots=True)
class Panel(Generic[Asked]):
    """One panel: ``template`` is included with what ``collect`` returns as ``panel``.

    ``collect`` returns None when there is nothing to show.
    """

    name: str
    title: str
    template: str
    collect: Callable[Asked, Mapping[str, Any] | None]
    order: int = 50


@dataclass(frozen=True, slots=True)
class Filled:
    """A panel as ``core/parts/panels.html`` shows it."""

    name: str
    title: str
    template: str
    content: Mapping[str, Any]


class Panels(Generic[Asked]):
    """The panels of one page."""

    def __init__(self) -> None:
        """Begin with none."""
        self._by_name: dict[str, Panel[Asked]] = {}

    def register(self, panel: Panel[Asked]) -> None:
        """Add a panel; one of the same name is replaced."""
        self._by_name[panel.name] = panel

    def filled(self, *arguments: Asked.args, **options: Asked.kwargs) -> tuple[Filled, ...]:
        """Return the panels that have something to show, smaller ``order`` first."""
        ordered = sorted(self._by_name.values(), key=lambda panel: (panel.order, panel.title))
        collected = ((panel, panel.collect(*arguments, **options)) for panel in ordered)
        return tuple(
            Filled(panel.name, panel.title, panel.template, content)
            for panel, content in collected
            if content is not None
        )
