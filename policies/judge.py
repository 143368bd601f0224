"""All rules over all resources: from plain data to violations, without Pulumi."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from policies.catalogue import CATALOGUE, Level, Rule
from policies.table import RESOURCE_RULES, STACK_RULES
from policies.view import Finding, Resource, Surroundings


@dataclass(frozen=True)
class Violation:
    """A rule that a resource breaks; nothing in it is a property's value."""

    rule: str
    resource: str
    urn: str
    path: str
    what: str
    level: str
    remedy: str

    def __str__(self) -> str:
        """Return two lines: what is wrong and where, and what to do."""
        return f"{self.rule} {where(self.resource, self.path)}: {self.what}\n  -> {self.remedy}"

    def data(self) -> dict[str, Any]:
        """Return it for programs."""
        return asdict(self)


def where(resource: str, path: str) -> str:
    """Return the place of a finding as people read it."""
    return f"{resource}, {path}" if path else resource


def message(rule: Rule, resource: str, finding: Finding) -> str:
    """Return the text of a policy's report: id, place, what is wrong, what to do."""
    place = where(resource, finding.path)
    return f"{rule.id}: {place}: {finding.what}.\nRemedy: {rule.remedy} (docs/rules/{rule.id}.md)"


def judge(resources: Sequence[Resource], around: Surroundings) -> list[Violation]:
    """Return every violation, resource by resource, then those of the stack as a whole."""
    return [*alone(resources, around), *together(resources, around)]


def stops(violation: Violation) -> bool:
    """Tell whether a violation makes a check fail; a note does not."""
    return violation.level != Level.ADVISORY.value


def alone(resources: Sequence[Resource], around: Surroundings) -> Iterator[Violation]:
    """Yield the violations of the rules that look at one resource at a time."""
    for resource in resources:
        for entry in RESOURCE_RULES:
            if resource.type in entry.types:
                for finding in entry.check(resource, around):
                    yield _violation(entry.rule, resource, finding)


def together(resources: Sequence[Resource], around: Surroundings) -> Iterator[Violation]:
    """Yield the violations of the rules that look at the stack as a whole."""
    for entry in STACK_RULES:
        for resource, finding in entry.check(resources, around):
            yield _violation(entry.rule, resource, finding)


def _violation(rule: Rule, resource: Resource, finding: Finding) -> Violation:
    level = Level.ADVISORY if finding.advisory else CATALOGUE[rule.id].level
    return Violation(
        rule=rule.id,
        resource=resource.name,
        urn=resource.urn,
        path=finding.path,
        what=finding.what,
        level=level.value,
        remedy=rule.remedy,
    )
