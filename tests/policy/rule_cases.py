"""Fixtures as resources: each case is a base resource with changes."""

import copy
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path

import yaml

from policies import surroundings
from policies.view import BackupAnswer, Hidden, Options, Resource, Surroundings

HERE = Path(__file__).parent
LOCKED = frozenset({"postgres:17.4", "redis:7.2"})
HIDDEN = {"<unknown>": Hidden.UNKNOWN, "<secret>": Hidden.SECRET}
ANSWERS = {
    "fresh": BackupAnswer(True, ""),
    "stale": BackupAnswer(False, "there is no fresh, proven backup"),
}
CASE_KEYS = {"case", "base", "stack", "name", "set", "push", "drop", "options", "exists"}
STACK_KEYS = {"case", "resources", "backup", "previewing", "environment", "note"}

BASES = yaml.safe_load((HERE / "bases.yaml").read_text())


@dataclass(frozen=True)
class Case:
    """One line of a fixture file."""

    rule: str
    text: str
    violating: bool
    resources: tuple[Resource, ...]
    around: Surroundings
    is_stack: bool
    note: bool = False

    def __str__(self):
        verdict = "violates" if self.violating else "passes"
        return f"{self.rule} {verdict}: {self.text}"


def cases(path):
    """Return the cases of one fixture file."""
    document = yaml.safe_load(path.read_text())
    default = document.get("base")
    stack = document.get("stack", "dev")
    return [
        _case(path.stem, raw, violating=verdict == "violating", default=default, stack=stack)
        for verdict in ("violating", "passing")
        for raw in document[verdict]
    ]


def all_cases():
    """Return the cases of every fixture file."""
    return [case for path in sorted((HERE / "fixtures").glob("LF*.yaml")) for case in cases(path)]


def around(**changes):
    """Return surroundings with a known lock file and no fresh backup."""
    values = {
        "synced_component": surroundings.synced,
        "real_path": normpath,
        "locked_images": LOCKED,
        "backup": lambda environment: ANSWERS["stale"],
        **changes,
    }
    return Surroundings(**values)


def resource(base, *, stack="dev", **changes):
    """Return a base resource of a stack, with changes as in a fixture."""
    template = _filled(copy.deepcopy(BASES[base]), stack.removesuffix("-backup"))
    props = template["props"]
    for path in changes.get("drop", ()):
        _parent(props, path).pop(_last(path))
    for path, value in changes.get("set", {}).items():
        _parent(props, path)[_last(path)] = value
    for path, value in changes.get("push", {}).items():
        _parent(props, path).setdefault(_last(path), []).append(value)
    name = changes.get("name", template["name"])
    return Resource(
        type=template["type"],
        name=name,
        stack=stack,
        props=_hidden(props),
        options=Options(**{**template["options"], **changes.get("options", {})}),
        urn=f"urn:pulumi:{stack}::ledgerflow::{template['type']}::{name}",
        exists=changes.get("exists", False),
    )


def _case(rule, raw, *, violating, default, stack):
    if "resources" not in raw:
        unknown = raw.keys() - CASE_KEYS
        assert not unknown, f"{rule}: {unknown}"
        given = {"base": default, "stack": stack, **{k: v for k, v in raw.items() if k != "case"}}
        return Case(rule, raw["case"], violating, (resource(**given),), around(), False)
    assert not raw.keys() - STACK_KEYS, f"{rule}: {raw.keys() - STACK_KEYS}"
    resources = [one if isinstance(one, dict) else {"base": one} for one in raw["resources"]]
    answer = ANSWERS[raw.get("backup", "stale")]
    surrounding = around(
        backup=lambda environment: answer,
        previewing=raw.get("previewing", True),
        environment=raw.get("environment"),
    )
    made = tuple(resource(**{"stack": stack, **one}) for one in resources)
    note = raw.get("note", False)
    return Case(rule, raw["case"], violating, made, surrounding, True, note)


def _filled(value, environment):
    if isinstance(value, dict):
        return {k: _filled(v, environment) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, environment) for v in value]
    if isinstance(value, str) and "{" in value:
        return value.format(env=environment)
    return value


def _hidden(value):
    if isinstance(value, dict):
        return {k: _hidden(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_hidden(v) for v in value]
    return HIDDEN.get(value, value) if isinstance(value, str) else value


def _steps(path):
    return [int(step) if step.isdigit() else step for step in path.split(".")]


def _parent(props, path):
    for step in _steps(path)[:-1]:
        props = props[step] if isinstance(step, int) else props.setdefault(step, {})
    return props


def _last(path):
    return _steps(path)[-1]
