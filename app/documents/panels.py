"""What other applications show on the page of a document.

Each registers its panel in its ``AppConfig.ready``, so that documents need not know it::

    panels.register(Panel("ledger", "Ledger", "ledger/document_panel.html", panel_of))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # modules of registration import this before there are models
    from django.contrib.auth.models import User

    from documents.models import Document

Collect = Callable[["User", "Document"], Mapping[str, Any] | None]
"""Returns what the template shows as ``panel`` to somebody who may see the document; None when
there is nothing to show. At most two queries. The document may be in the trash."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: ``template`` is included with what ``collect`` returns as ``panel``."""

    name: str
    title: str
    template: str
    collect: Collect
    order: int = 50


@dataclass(frozen=True, slots=True)
class Filled:
    """A panel as the page shows it."""

    name: str
    title: str
    template: str
    content: Mapping[str, Any]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel; one of the same name is replaced."""
    _panels[panel.name] = panel


def filled_panels(user: "User", document: "Document") -> tuple[Filled, ...]:
    """Return the panels that have something to show, smaller ``order`` first."""
    ordered = sorted(_panels.values(), key=lambda panel: (panel.order, panel.title))
    collected = ((panel, panel.collect(user, document)) for panel in ordered)
    return tuple(
        Filled(panel.name, panel.title, panel.template, content)
        for panel, content in collected
        if content is not None
    )
