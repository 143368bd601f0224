"""All rules, by id. Pure data: whoever enforces rules may import it, Pulumi is not needed."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from policies.catalogue import (
    backups,
    commands,
    exposure,
    hardening,
    identity,
    images,
    lifecycle,
    limits,
    locks,
    production,
    secrets,
    slots,
    volumes,
)
from policies.catalogue.rule import Layer, Level, Rule, Sight

__all__ = ["CATALOGUE", "RULES", "THEMES", "Layer", "Level", "Rule", "Sight", "enforced_by"]

THEMES: Final[Mapping[str, tuple[Rule, ...]]] = MappingProxyType(
    {
        "Volumes": volumes.RULES,
        "Images": images.RULES,
        "Lifecycle": lifecycle.RULES,
        "Limits": limits.RULES,
        "Hardening": hardening.RULES,
        "Identity": identity.RULES,
        "Exposure": exposure.RULES,
        "Secrets": secrets.RULES,
        "Production": production.RULES,
        "Slots": slots.RULES,
        "Backups": backups.RULES,
        "Commands": commands.RULES,
        "Beside Docker": locks.RULES,
    }
)
"""The rules by theme, in reading order."""


def by_id(rules: Iterable[Rule]) -> Mapping[str, Rule]:
    """Return the rules by id; raise ValueError when an id or a slug stands twice."""
    found: dict[str, Rule] = {}
    slugs: set[str] = set()
    for rule in rules:
        if rule.id in found or rule.slug in slugs:
            raise ValueError(f"{rule.name}: its id or its slug belongs to another rule as well")
        found[rule.id] = rule
        slugs.add(rule.slug)
    return MappingProxyType(found)


RULES: Final = tuple(rule for rules in THEMES.values() for rule in rules)
CATALOGUE: Final = by_id(RULES)


def enforced_by(layer: Layer) -> tuple[Rule, ...]:
    """Return the rules that a layer enforces."""
    return tuple(rule for rule in RULES if layer in rule.layers)
