"""Diff: the old state against the newly checked inputs, property by property.

Which paths are reported follows what the official plugins were recorded to report
(`tests/official/preview-decisions.json`): lists and complete blocks element by element, sets
without regard to order, a set of blocks whose elements leave something to the daemon as a whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from airgap.plugins import paths
from airgap.plugins.schema import NESTED, Field, Fields, inputs_of, is_empty
from airgap.plugins.values import Properties, Unknown, Value, has_unknown

Action = Literal["add", "update", "delete"]


@dataclass(frozen=True)
class Change:
    """One difference; `replace` says that it cannot be applied in place."""

    path: str
    action: Action
    replace: bool

    @property
    def top(self) -> str:
        """The top-level property."""
        return paths.top(self.path)


def compare(
    fields: Fields, olds: Properties, news: Properties, old_inputs: Properties
) -> list[Change]:
    """What differs between the old outputs and the new inputs.

    A property that the program neither set nor sets is the daemon's business and never differs.
    """
    changes: list[Change] = []
    for name, spec in inputs_of(fields).items():
        if name not in news and (spec.computed or is_empty(old_inputs.get(name))):
            continue
        changes.extend(_changes(spec, name, olds.get(name), news.get(name), spec.replace))
    return changes


def _changes(spec: Field, path: str, old: Value, new: Value, replace: bool) -> Iterator[Change]:
    if isinstance(new, Unknown) or (spec.shape == "block_set" and has_unknown(new)):
        yield Change(path, "update", replace)
        return
    if spec.shape == "scalar":
        yield from _scalar(spec, path, old, new, replace)
        return
    if is_empty(_bare(old)) and is_empty(_bare(new)):
        return
    if is_empty(_bare(old)) or is_empty(_bare(new)):
        yield Change(path, _action(old, new), replace)
        return
    if spec.shape == "block":
        yield from _block(spec, path, old, new, replace)
    elif spec.shape == "map":
        yield from _map(path, old, new, replace)
    elif spec.shape in ("list", "blocks"):
        yield from _list(spec, path, old, new, replace)
    else:
        yield from _set(spec, path, old, new, replace)


def _bare(value: Value) -> Value:
    """An object without the `__defaults` list, so that an empty one counts as empty."""
    if isinstance(value, dict):
        return {k: v for k, v in value.items() if k != "__defaults"}
    return value


def _action(old: Value, new: Value) -> Action:
    if is_empty(_bare(old)):
        return "add"
    return "delete" if is_empty(_bare(new)) else "update"


def _scalar(spec: Field, path: str, old: Value, new: Value, replace: bool) -> Iterator[Change]:
    if spec.blank_is_unset and new == "":
        return
    if same_scalar(spec, old, new):
        return
    action: Action = "update"
    if old is None:
        action = "add"
    elif new is None:
        action = "delete"
    yield Change(path, action, replace)


def same_scalar(spec: Field, old: Value, new: Value) -> bool:
    """Whether two values mean the same; absent and zero do."""
    zero = spec.zero()
    before, after = (zero if old is None else old), (zero if new is None else new)
    if spec.normal is None:
        return bool(before == after)
    return bool(spec.normal(before) == spec.normal(after))


def _block(
    spec: Field, path: str, old: Properties, new: Properties, replace: bool
) -> Iterator[Change]:
    for name, part in (spec.fields or {}).items():
        if part.computed and name not in new:
            continue
        here = paths.child(path, name)
        yield from _changes(part, here, old.get(name), new.get(name), replace)


def _map(path: str, old: Properties, new: Properties, replace: bool) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        here = paths.child(path, key)
        if key not in old:
            yield Change(here, "add", replace)
        elif key not in new:
            yield Change(here, "delete", replace)
        elif isinstance(new[key], Unknown) or old[key] != new[key]:
            yield Change(here, "update", replace)


def _list(
    spec: Field, path: str, old: list[Value], new: list[Value], replace: bool
) -> Iterator[Change]:
    for index in range(max(len(old), len(new))):
        here = paths.child(path, index)
        if index >= len(old):
            yield Change(here, "add", replace)
        elif index >= len(new):
            yield Change(here, "delete", replace)
        else:
            yield from _changes(_element(spec), here, old[index], new[index], replace)


def _element(spec: Field) -> Field:
    if spec.shape in NESTED:
        return Field(shape="block", fields=spec.fields)
    return Field(kind=spec.kind, normal=spec.normal)


def _set(
    spec: Field, path: str, old: list[Value], new: list[Value], replace: bool
) -> Iterator[Change]:
    element = _element(spec)
    rest = list(enumerate(new))
    gone: dict[int, Value] = {}
    for index, item in enumerate(old):
        match = next((i for i, n in enumerate(rest) if _same(element, item, n[1])), None)
        if match is None:
            gone[index] = item
        else:
            del rest[match]
    come = dict(rest)
    if spec.shape == "block_set" and not _complete(spec, come.values()):
        yield Change(path, "update", replace)
        return
    for index in sorted({*gone, *come}):
        here = paths.child(path, index)
        if index in gone and index in come:
            yield from _changes(element, here, gone[index], come[index], replace)
        else:
            yield Change(here, "add" if index in come else "delete", replace)


def _same(element: Field, old: Value, new: Value) -> bool:
    return not any(True for _ in _changes(element, "", old, new, replace=False))


def _complete(spec: Field, items: object) -> bool:
    """Whether every new block sets each of its properties, so that it can be told apart."""
    names = set(spec.fields or {})
    return all(names <= set(item) for item in items)  # type: ignore[attr-defined]
