"""Tools, their rows, and where the two disagree."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User
from django.db.models import QuerySet

from tools.models import Tool, ToolPackage, ToolRun
from tools.registry import Definition, definitions, find


class Drift(StrEnum):
    """How code and rows disagree about a tool; the values are for people."""

    NONE = "as in the code"
    CODE_ONLY = "in the code only"
    ROW_ONLY = "in the database only"
    SIGNATURE = "parameters changed"


@dataclass(frozen=True, slots=True)
class Listed:
    """A tool as the list shows it."""

    path: str
    title: str
    description: str
    package: str
    name: str
    usable: bool


def row_of(path: str) -> Tool | None:
    """Return the row of a tool with its package."""
    return Tool.objects.select_related("package").filter(path=path).first()


def rows_by_path() -> Mapping[str, Tool]:
    """Return all rows by path."""
    return {row.path: row for row in Tool.objects.select_related("package")}


def packages_by_name() -> dict[str, ToolPackage]:
    """Return all packages by name."""
    return {package.name: package for package in ToolPackage.objects.all()}


def is_usable(definition: Definition, row: Tool | None, user: User) -> bool:
    """Tell whether the tool is on and ``user`` may run it."""
    return row is not None and row.is_on and may_run(definition, row, user)


def may_run(definition: Definition, row: Tool, user: User) -> bool:
    """Tell whether ``user`` has the permissions that code and row ask for."""
    return all(map(user.has_perm, filter(None, (definition.permission, row.permission))))


def listed(user: User) -> tuple[Listed, ...]:
    """Return the tools that ``user`` may run; administrators see those that are off too."""
    rows = rows_by_path()
    found = tuple(
        Listed(
            path=each.path,
            title=each.title,
            description=each.description,
            package=each.package,
            name=each.name,
            usable=is_usable(each, rows.get(each.path), user),
        )
        for each in definitions().values()
    )
    return tuple(each for each in found if each.usable or user.is_superuser)


def drift_of(row: Tool) -> Drift:
    """Tell how a row and the code disagree."""
    definition = find(row.path)
    if definition is None:
        return Drift.ROW_ONLY
    return Drift.NONE if definition.signature == row.signature else Drift.SIGNATURE


def drift() -> dict[str, Drift]:
    """Return, by path, every tool on which code and rows disagree."""
    rows = rows_by_path()
    found = {path: Drift.CODE_ONLY for path in definitions() if path not in rows}
    found |= {path: drift_of(row) for path, row in rows.items()}
    return {path: each for path, each in sorted(found.items()) if each is not Drift.NONE}


def visible_to(user: User) -> QuerySet[ToolRun]:
    """Return the runs that ``user`` may see, newest first: everybody their own."""
    return ToolRun.objects.filter(user=user).order_by("-id")
