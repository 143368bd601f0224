"""What other applications offer on a page, beside what the page itself can do.

The page names a place and says what it shows; an application registers an offer for the place in
its ``AppConfig.ready``. So the ledger need not know the tools.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Action:
    """An offer: a form that posts ``fields`` of what the page shows to an address.

    The answer is a page; htmx gets a fragment of it.
    """

    place: str
    title: str
    url_name: str
    url_arguments: tuple[str, ...]
    fields: Mapping[str, str]
    """Per field of the form the name of what the page shows."""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Offer:
    """An action as a template shows it."""

    title: str
    address: str
    fields: Mapping[str, str]


_actions: dict[tuple[str, str], Action] = {}


def register(action: Action) -> None:
    """Add an action; one of the same place and title is replaced."""
    _actions[action.place, action.title] = action


def offers(place: str, shown: Mapping[str, str]) -> tuple[Offer, ...]:
    """Return the offers at a place, without those for which the page shows nothing."""
    ordered = sorted(_actions.values(), key=lambda action: (action.order, action.title))
    return tuple(
        Offer(
            action.title,
            reverse(action.url_name, args=action.url_arguments),
            {field: shown[name] for field, name in action.fields.items()},
        )
        for action in ordered
        if action.place == place and all(shown.get(name) for name in action.fields.values())
    )
