"""Asks every address of the application as nobody, as a stranger and as the owner.

``<application>_leak_cases.py`` in this folder registers what its addresses need::

    @leak_case("documents:detail")
    def _(owner: User) -> Case:
        return Case(kwargs={"uid": make_document(owner).uid})

and ``core/test_leaks.py`` fails for an address that has no case, or that answers otherwise than
the case says.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.urls import URLPattern, URLResolver, get_resolver

SIGN_IN = 302
"""Somebody who has not signed in is sent to the log-in page."""
ABSENT = 404


@dataclass(frozen=True)
class Case:
    """How an address is asked, and the status each of the three gets."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    method: str = "get"
    data: dict[str, Any] = field(default_factory=dict)
    owner: int = 200
    stranger: int = ABSENT
    """200 for a page on which everybody sees their own; then ``secret`` must not be on it."""
    nobody: int = SIGN_IN
    secret: str = ""
    """Words of the owner's thing that neither a stranger nor nobody may read."""


Prepare = Callable[[User], Case]
"""Makes what the address shows, for its owner, in the database of the test."""
CASES: dict[str, Prepare] = {}


def leak_case(name: str) -> Callable[[Prepare], Prepare]:
    """Register the case of the address ``<application>:<name>``."""

    def register(prepare: Prepare) -> Prepare:
        assert name not in CASES, name
        CASES[name] = prepare
        return prepare

    return register


def addresses() -> Iterator[str]:
    """Yield the names of all addresses but those of Django's administration."""
    yield from _names(get_resolver().url_patterns, "")


def _names(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from _names(pattern.url_patterns, pattern.namespace or namespace)
        else:
            yield f"{namespace}:{pattern.name}"
