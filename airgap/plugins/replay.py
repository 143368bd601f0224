"""A preview of the reference program in miniature: Check and Diff over a recorded state.

It plays the engine's part for the five resources of `tests/official/reference_program.py`,
including its rule for dependents: when a resource is deleted before it is replaced, each dependent
that an unknown value would replace is replaced with it.
"""

import re
from typing import NoReturn, cast

import grpc
from pulumi.runtime.proto import provider_pb2

from airgap.plugins.docker.package import DockerPackage
from airgap.plugins.engine import Engine
from airgap.plugins.inflight import InFlight
from airgap.plugins.package import Package
from airgap.plugins.random.package import RandomPackage
from airgap.plugins.servicer import Servicer
from airgap.plugins.values import UNKNOWN, Properties, Value, to_struct, without_defaults

# The recording's name for a resource, its type, and its name in the program's CASE variable.
_RESOURCES = (
    ("pw", "random:index/randomPassword:RandomPassword", "password"),
    ("net", "docker:index/network:Network", "network"),
    ("vol", "docker:index/volume:Volume", "volume"),
    ("img", "docker:index/remoteImage:RemoteImage", "image"),
    ("c", "docker:index/container:Container", "container"),
)
_REPLACED_WITH = {"net": "networksAdvanced", "vol": "volumes"}  # what of `c` depends on them


class Replay:
    """Decides over one recorded state."""

    def __init__(self, state: Value) -> None:
        self._state = {entry["type"]: entry for entry in state}
        self._servicers = {p.name: _servicer(p) for p in (DockerPackage(), RandomPackage())}

    def decide(self, change: Properties) -> Properties:
        """The plan for one change, in the recording's form: per resource, or the error."""
        plan: Properties = {}
        inputs = {name: self._inputs(token, change.get(case)) for name, token, case in _RESOURCES}
        for name, token, _ in _RESOURCES:
            if name == "c":
                self._connect(inputs, plan, change.get("container", {}))
            checked = self._check(token, name, inputs[name])
            if checked.failures:
                return {"error": [_spoken(token, name, f.reason) for f in checked.failures]}
            dragged = name == "c" and self._dragged(inputs[name], plan)
            entry = _empty("replace") if dragged else _entry(self._diff(token, name, checked))
            if entry:
                plan[name] = entry
        return plan

    def _inputs(self, token: str, change: Properties | None) -> Properties:
        """The program's inputs: the recorded ones without defaults, with the change applied."""
        recorded = _undefaulted(self._state[token]["inputs"])
        merged = {**recorded, **{_camel(k): _camel_keys(v) for k, v in (change or {}).items()}}
        return {key: value for key, value in merged.items() if value is not None}

    def _connect(self, inputs: Properties, plan: Properties, own: Properties) -> None:
        """Give the container what it takes from the others, unless the change sets it."""
        container = inputs["c"]
        if "img" in plan and plan["img"]["ops"] == ["replace"] and "image" not in own:
            container["image"] = UNKNOWN

    def _dragged(self, container: Properties, plan: Properties) -> bool:
        """Whether the container must go because something it uses is deleted first."""
        for name, key in _REPLACED_WITH.items():
            if plan.get(name, {}).get("ops") == ["replace"]:
                token = "docker:index/container:Container"  # noqa: S105
                checked = self._check(token, "c", {**container, key: UNKNOWN})
                return bool(self._diff(token, "c", checked).replaces)
        return False

    def _check(self, token: str, name: str, inputs: Properties) -> provider_pb2.CheckResponse:
        request = provider_pb2.CheckRequest(
            urn=_urn(token, name),
            news=to_struct(inputs),
            olds=to_struct(self._state[token]["inputs"]),
            randomSeed=bytes(32),
        )
        return self._servicer_for(token).Check(request, _context())

    def _diff(
        self, token: str, name: str, checked: provider_pb2.CheckResponse
    ) -> provider_pb2.DiffResponse:
        recorded = self._state[token]
        request = provider_pb2.DiffRequest(
            id=recorded["id"],
            urn=_urn(token, name),
            olds=to_struct(recorded["outputs"]),
            old_inputs=to_struct(recorded["inputs"]),
            news=checked.inputs,
        )
        return self._servicer_for(token).Diff(request, _context())

    def _servicer_for(self, token: str) -> Servicer:
        return self._servicers[token.split(":", maxsplit=1)[0]]


class _Local:
    """A gRPC context for calls within the process: an abort raises what it would send."""

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        message = f"{code.name}: {details}"
        raise RuntimeError(message)


def _context() -> grpc.ServicerContext:
    return cast(grpc.ServicerContext, _Local())


def _servicer(package: Package) -> Servicer:
    return Servicer(package, Engine(), InFlight())


def _urn(token: str, name: str) -> str:
    return f"urn:pulumi:dev::reference::{token}::{name}"


def _spoken(token: str, name: str, reason: str) -> str:
    """A failure of Check as the engine prints it."""
    return f"error: {token} resource '{name}' has a problem: {reason}\n"


def _entry(diff: provider_pb2.DiffResponse) -> Properties:
    if diff.changes != provider_pb2.DiffResponse.DIFF_SOME:
        return {}
    return {
        "ops": ["replace" if diff.replaces else "update"],
        "diff": sorted(diff.detailedDiff),
        "replace": sorted(diff.replaces),
    }


def _empty(operation: str) -> Properties:
    return {"ops": [operation], "diff": [], "replace": []}


def _undefaulted(value: Value) -> Value:
    """Checked inputs back to what the program said: without the values that are defaults."""
    if isinstance(value, dict):
        defaults = value.get("__defaults", [])
        kept = {k: v for k, v in value.items() if k not in defaults}
        return {k: _undefaulted(v) for k, v in without_defaults(kept).items()}
    if isinstance(value, list):
        return [_undefaulted(item) for item in value]
    return value


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match.group(1).upper(), name)


def _camel_keys(value: Value) -> Value:
    if isinstance(value, dict):
        return {_camel(k): _camel_keys(v) for k, v in value.items()}
    return [_camel_keys(item) for item in value] if isinstance(value, list) else value
