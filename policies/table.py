"""Which function checks which rule, on which types of resources."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from policies.catalogue import CATALOGUE, Rule
from policies.rules import (
    backups,
    exposure,
    hardening,
    identity,
    images,
    lifecycle,
    limits,
    production,
    secrets,
    slots,
    volumes,
)
from policies.view import (
    BUILT_IMAGE,
    CONTAINER,
    NETWORK,
    REMOTE_IMAGE,
    VOLUME,
    Finding,
    Resource,
    Surroundings,
)

Check = Callable[[Resource, Surroundings], Iterable[Finding]]
StackCheck = Callable[[Sequence[Resource], Surroundings], Iterable[tuple[Resource, Finding]]]
Remediation = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From a resource's inputs to those that are set instead."""


@dataclass(frozen=True)
class ResourceRule:
    """A rule that looks at one resource at a time."""

    rule: Rule
    types: frozenset[str]
    check: Check
    remediation: Remediation | None = None


@dataclass(frozen=True)
class StackRule:
    """A rule that looks at all resources of a stack together."""

    rule: Rule
    check: StackCheck


def _on(types: str, number: str, check: Check, fix: Remediation | None = None) -> ResourceRule:
    return ResourceRule(CATALOGUE[number], frozenset(types.split()), check, fix)


RESOURCE_RULES: Final = (
    _on(VOLUME, "LF001", volumes.label),
    _on(VOLUME, "LF002", volumes.protect),
    _on(f"{VOLUME} {CONTAINER} {NETWORK}", "LF003", volumes.names),
    _on(f"{VOLUME} {CONTAINER}", "LF004", volumes.synced_folders),
    _on(CONTAINER, "LF005", volumes.declared_volumes),
    _on(CONTAINER, "LF006", volumes.isolation),
    _on(CONTAINER, "LF007", images.by_content),
    _on(f"{REMOTE_IMAGE} {BUILT_IMAGE}", "LF008", images.locked),
    _on(REMOTE_IMAGE, "LF009", images.kept),
    _on(CONTAINER, "LF010", lifecycle.grace),
    _on(CONTAINER, "LF011", lifecycle.health),
    _on(CONTAINER, "LF012", lifecycle.restart, lifecycle.with_restart),
    _on(CONTAINER, "LF013", lifecycle.delete_first),
    _on(CONTAINER, "LF014", lifecycle.no_per_deploy_values),
    _on(CONTAINER, "LF015", limits.memory_and_cpu),
    _on(CONTAINER, "LF016", limits.log_caps, limits.with_log_caps),
    _on(CONTAINER, "LF017", hardening.drop_all),
    _on(CONTAINER, "LF018", hardening.few_added),
    _on(CONTAINER, "LF019", hardening.no_new_privileges),
    _on(CONTAINER, "LF020", hardening.confined),
    _on(f"{CONTAINER} {VOLUME}", "LF021", hardening.no_docker_socket),
    _on(CONTAINER, "LF022", hardening.own_namespaces),
    _on(CONTAINER, "LF023", identity.own_labels),
    _on(CONTAINER, "LF024", exposure.beyond_loopback),
    _on(CONTAINER, "LF025", exposure.production_ports),
    _on(CONTAINER, "LF026", secrets.in_environment),
    _on(CONTAINER, "LF027", secrets.in_arguments),
    _on(f"{CONTAINER} {REMOTE_IMAGE}", "LF028", production.no_adminer),
    _on(CONTAINER, "LF029", production.no_debug),
    _on(CONTAINER, "LF030", production.no_source_mount),
    _on(CONTAINER, "LF031", production.no_default_credentials),
    _on(CONTAINER, "LF033", slots.one_active_slot),
)
STACK_RULES: Final = (
    StackRule(CATALOGUE["LF032"], slots.one_container_per_service),
    StackRule(CATALOGUE["LF034"], slots.active_slot_exists),
    StackRule(CATALOGUE["LF035"], backups.fresh_backup),
)
