"""What a plan does to secrets, by name. Values are compared in memory and go nowhere."""

import re
from collections.abc import Iterator, Mapping

from pydantic import SecretStr

from cli.report.plan import PASSWORD, Action, Model, Plan
from infra.spec import Environment, File, SecretName, SecretRef, Service


class SecretChange(Model):
    """One secret: ``created``, ``changed``, ``removed`` or ``unchanged``, and who reads it."""

    name: str
    change: str
    readers: tuple[str, ...] = ()


def secret_changes(
    plan: Plan,
    spec: Environment,
    configured: Mapping[SecretName, SecretStr],
    deployed: Mapping[str, Mapping[str, SecretStr]],
) -> tuple[SecretChange, ...]:
    """Return one entry for each secret of the environment, and for each that it gives up.

    ``configured`` are the values of the configuration, ``deployed`` the contents of uploaded
    files by service and path, as the state knows them.
    """
    generated = {step.name: step.action for step in plan.steps if step.type == PASSWORD}
    readers = _readers(spec)
    old = _deployed_values(spec, deployed)
    changes = [
        SecretChange(
            name=name,
            change=_change(configured.get(name), old.get(name), generated.get(name)),
            readers=readers[name],
        )
        for name in sorted(readers)
    ]
    given_up = sorted(generated.keys() - readers.keys())
    return (*changes, *(SecretChange(name=name, change="removed") for name in given_up))


def _change(new: SecretStr | None, old: SecretStr | None, generated: Action | None) -> str:
    if old is None:
        return "created"
    if new is not None:
        return "unchanged" if new == old else "changed"
    return "unchanged" if generated is None else "changed"


def _readers(spec: Environment) -> dict[SecretName, tuple[str, ...]]:
    found: dict[SecretName, tuple[str, ...]] = {}
    for service, _, reference in _references(spec):
        found[reference.name] = (*found.get(reference.name, ()), service.name)
    return found


def _references(spec: Environment) -> Iterator[tuple[Service, File, SecretRef]]:
    for service in spec.services:
        for file in service.files:
            for part in file.content:
                if isinstance(part, SecretRef):
                    yield service, file, part


def _deployed_values(
    spec: Environment, deployed: Mapping[str, Mapping[str, SecretStr]]
) -> dict[SecretName, SecretStr]:
    values: dict[SecretName, SecretStr] = {}
    for service, file, reference in _references(spec):
        content = deployed.get(service.name, {}).get(file.path)
        value = _extract(file, reference, content) if content else None
        if value is not None:
            values.setdefault(reference.name, value)
    return values


def _extract(file: File, reference: SecretRef, content: SecretStr) -> SecretStr | None:
    """Return the secret out of a file's content, or None when the file was another then."""
    pattern = "".join(
        re.escape(part) if isinstance(part, str) else "(.+)" if part == reference else ".+"
        for part in file.content
    )
    match = re.fullmatch(pattern, content.get_secret_value(), re.DOTALL)
    return SecretStr(match.group(1)) if match else None
