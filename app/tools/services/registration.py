"""Brings the rows in line with what code registered."""

from dataclasses import dataclass

from django.db import transaction

from tools.models import Tool, ToolPackage
from tools.registry import Definition, definitions
from tools.selectors.tools import packages_by_name, rows_by_path


@dataclass(frozen=True, slots=True)
class Synced:
    """What was added."""

    packages: tuple[str, ...]
    tools: tuple[str, ...]


def sync_tools() -> Synced:
    """Add a row for every tool and package that code registered and that has none.

    Rows that are there stay as administrators left them: a changed signature is shown until one
    accepts it, and a row whose code is gone switches nothing on. A new tool is off, unless code
    says otherwise, which LedgerFlow's own two do: they ask nobody but the environment's own
    search engine. What somebody adds may reach anywhere, so a person decides. As with migrations
    nobody acts here, so there is no audit event; there is one for every change of a row.
    """
    with transaction.atomic():
        packages = packages_by_name()
        rows = rows_by_path()
        new = [each for each in definitions().values() if each.path not in rows]
        new_packages = []
        for definition in new:
            if definition.package not in packages:
                packages[definition.package] = _add_package(definition)
                new_packages.append(definition.package)
        for definition in new:
            _add(definition, packages[definition.package])
    return Synced(tuple(new_packages), tuple(each.path for each in new))


def _add_package(definition: Definition) -> ToolPackage:
    return ToolPackage.objects.create(name=definition.package, enabled=definition.enabled_at_first)


def _add(definition: Definition, package: ToolPackage) -> None:
    Tool.objects.create(
        package=package,
        path=definition.path,
        title=definition.title,
        enabled=definition.enabled_at_first,
        schema=dict(definition.schema),
        signature=definition.signature,
        pinned=dict(definition.pinned),
    )
