"""The rules as policies of Pulumi: turns its arguments into views, and findings into reports."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies.catalogue import Level, Rule
from policies.judge import message
from policies.plain import opened, plain
from policies.run import Run, observed
from policies.surroundings import surroundings
from policies.table import RESOURCE_RULES, STACK_RULES, ResourceRule, StackRule
from policies.view import Options, Resource, Surroundings

ENVIRONMENT: Final = PolicyConfigSchema({"environment": {"type": "string"}})
"""Configuration of each policy: the environment, when resources and stack do not tell it."""
NAME: Final = "ledgerflow"
NOTE: Final = "-note"
"""End of the name of the policy that reports a rule's notes; they stop nothing."""


def serve(repository: Path) -> None:
    """Serve the rules to Pulumi until it has asked everything."""
    PolicyPack(NAME, policies=policies(repository, observed()))


def policies(repository: Path, run: Run) -> list[Policy]:
    """Return every rule as a policy; the one that has notes twice, as they stop nothing."""
    asked = Asked(surroundings(repository), run)
    found: list[Policy] = [_resource_policy(entry, asked) for entry in RESOURCE_RULES]
    found += [_stack_policy(entry, asked, notes=False) for entry in STACK_RULES]
    return [*found, _stack_policy(STACK_RULES[-1], asked, notes=True)]


@dataclass(frozen=True)
class Asked:
    """What the machine tells, and what the run and the policy's configuration add to it."""

    machine: Surroundings
    run: Run

    def surroundings(self, config: Mapping[str, Any]) -> Surroundings:
        """Return what a rule may ask, for one question."""
        environment = config.get("environment")
        return replace(
            self.machine, previewing=self.run.previewing is True, environment=environment
        )

    def view(self, args: ResourceValidationArgs | PolicyResource, **more: bool) -> Resource:
        """Return the plain view of a resource; a stored state does not tell every option."""
        made = view(args, **more)
        if self.run.previewing is not None:
            return made
        return replace(made, options=replace(made.options, delete_before_replace=None))


def view(args: ResourceValidationArgs | PolicyResource, *, exists: bool = False) -> Resource:
    """Return the plain view of a resource that Pulumi asks about."""
    return Resource(
        type=args.resource_type,
        name=args.name,
        stack=stack_of(args.urn),
        props=plain(args.props),
        options=Options(args.opts.protect, bool(args.opts.delete_before_replace)),
        urn=args.urn,
        exists=exists,
    )


def stack_of(urn: str) -> str:
    """Return the stack in a URN, ``urn:pulumi:<stack>::<project>::<type>::<name>``."""
    return urn.removeprefix("urn:pulumi:").partition("::")[0]


def _resource_policy(entry: ResourceRule, asked: Asked) -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type in entry.types:
            resource = asked.view(args)
            for finding in entry.check(resource, asked.surroundings(args.get_config())):
                report(message(entry.rule, resource.name, finding), None)

    # pulumi_policy takes a plain mapping as well as an awaitable; its types name the latter only
    def remediate(args: ResourceValidationArgs) -> Any:  # noqa: ANN401
        if args.resource_type not in entry.types:
            return None
        return remedied(entry, args, asked.surroundings(args.get_config()))

    return ResourceValidationPolicy(
        **_description(entry.rule),
        validate=validate,
        remediate=remediate if entry.remediation else None,
        enforcement_level=EnforcementLevel(entry.rule.level.value),
    )


def remedied(
    entry: ResourceRule, args: ResourceValidationArgs, around: Surroundings
) -> dict[str, Any] | None:
    """Return all inputs with the rule's remedy in them, or None when nothing is wrong.

    What the remedy does not touch is handed back as it came, secrets and unknown values included.
    """
    resource = view(args)
    if entry.remediation is None or not any(entry.check(resource, around)):
        return None
    changes = entry.remediation(resource.props)
    return {**opened(args.props), **changes} if changes else None


def _stack_policy(entry: StackRule, asked: Asked, *, notes: bool) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        resources = [asked.view(r, exists=_exists(r)) for r in args.resources]
        for resource, finding in entry.check(resources, asked.surroundings(args.get_config())):
            if finding.advisory is notes:
                report(message(entry.rule, resource.name, finding), resource.urn)

    description = _description(entry.rule)
    name = f"{description.pop('name')}{NOTE if notes else ''}"
    level = Level.ADVISORY if notes else entry.rule.level
    return StackValidationPolicy(
        name, **description, validate=validate, enforcement_level=EnforcementLevel(level.value)
    )


def _description(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "description": rule.sentence,
        "display_name": rule.title,
        "remediation_steps": rule.remedy,
        "config_schema": ENVIRONMENT,
    }


def _exists(resource: PolicyResource) -> bool:
    """Tell whether a volume was there before: only then its place on the disk is known."""
    return isinstance(plain(resource.props).get("mountpoint"), str)
