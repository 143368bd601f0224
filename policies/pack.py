"""The rules as policies of Pulumi: turns its arguments into views, and findings into reports."""

import os
from collections.abc import Mapping
from dataclasses import replace
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
from policies.plain import TARGET, plain
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
    PolicyPack(NAME, policies=policies(repository))


def policies(repository: Path) -> list[Policy]:
    """Return every rule as a policy."""
    around = surroundings(repository, previewing=os.environ.get("PULUMI_DRY_RUN") != "false")
    found: list[Policy] = [_resource_policy(entry, around) for entry in RESOURCE_RULES]
    found += [_stack_policy(entry, around, notes=False) for entry in STACK_RULES]
    return [*found, _stack_policy(STACK_RULES[-1], around, notes=True)]


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


def _resource_policy(entry: ResourceRule, around: Surroundings) -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type in entry.types:
            resource = view(args)
            for finding in entry.check(resource, _configured(around, args.get_config())):
                report(message(entry.rule, resource.name, finding), None)

    # pulumi_policy takes a plain mapping as well as an awaitable; its types name the latter only
    def remediate(args: ResourceValidationArgs) -> Any:  # noqa: ANN401
        if args.resource_type not in entry.types:
            return None
        return remedied(entry, args, _configured(around, args.get_config()))

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
    given = {key: args.props[TARGET][key] for key in args.props}
    return {**given, **changes} if changes else None


def _stack_policy(entry: StackRule, around: Surroundings, *, notes: bool) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        resources = [view(r, exists=_exists(r)) for r in args.resources]
        for resource, finding in entry.check(resources, _configured(around, args.get_config())):
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


def _configured(around: Surroundings, config: Mapping[str, Any]) -> Surroundings:
    environment = config.get("environment")
    return replace(around, environment=environment) if environment else around


def _exists(resource: PolicyResource) -> bool:
    """Tell whether a volume was there before: only then its place on the disk is known."""
    return isinstance(plain(resource.props).get("mountpoint"), str)
