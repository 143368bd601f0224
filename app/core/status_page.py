"""Prepares what the status page shows; the template only arranges it."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace

import django
from config.environment import Environment

from core.health.sample import Sample
from core.health.status import Status, all_ready, unready
from core.uptime import in_words, uptime_seconds

TITLES = {
    "database": ("PostgreSQL", "Keeps documents, transactions and accounts"),
    "cache": ("Redis", "Remembers for a while what is slow to find"),
    "search": ("SearXNG", "Looks up names and merchants on the web"),
    "migrations": ("Database schema", "Has the shape this version expects"),
    "environment": ("Environment marker", "Says to whom the database belongs"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One dependency as a person reads it."""

    title: str
    purpose: str
    status: Status

    @property
    def state(self) -> str:
        """Return the state in words, which do not depend on seeing a colour."""
        return "Ready" if self.status.ok else "Not ready"


@dataclass(frozen=True, slots=True)
class StatusPage:
    """Everything on the page."""

    environment: str
    ready: bool
    headline: str
    summary: str
    cards: tuple[Card, ...]
    detailed: bool
    facts: tuple[tuple[str, str], ...]
    sample: Sample | None


def status_page(
    environment: Environment,
    statuses: Sequence[Status],
    sample: Sample | None,
    *,
    detailed: bool = True,
) -> StatusPage:
    """Return the page for what the probes reported, without versions unless ``detailed``."""
    return StatusPage(
        environment=environment.name,
        ready=all_ready(statuses),
        headline=_headline(statuses),
        summary=_summary(statuses),
        cards=tuple(_card(status if detailed else _bare(status)) for status in statuses),
        detailed=detailed,
        facts=_facts(environment) if detailed else (),
        sample=sample,
    )


def _card(status: Status) -> Card:
    title, purpose = TITLES.get(status.dependency, (status.dependency.capitalize(), ""))
    return Card(title, purpose, status)


def _bare(status: Status) -> Status:
    return replace(status, version=None, detail=None)


def _headline(statuses: Sequence[Status]) -> str:
    names = [TITLES.get(name, (name, ""))[0] for name in unready(statuses)]
    if not names:
        return "Everything is ready"
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} {'is' if len(names) == 1 else 'are'} not ready"


def _summary(statuses: Sequence[Status]) -> str:
    failed = len(unready(statuses))
    if not failed:
        return f"All {len(statuses)} checks passed just now."
    return f"{failed} of {len(statuses)} checks failed; below is why."


def _facts(environment: Environment) -> tuple[tuple[str, str], ...]:
    return (
        ("Environment", environment.name),
        ("LedgerFlow", environment.version),
        ("Django", django.get_version()),
        ("Python", platform.python_version()),
        ("Up for", in_words(uptime_seconds())),
    )
