"""From the engine's events to a plan.

Format: with ``PULUMI_ENABLE_STREAMING_JSON_PREVIEW`` the CLI (seen with 3.257.0) prints one
``apitype.EngineEvent`` as JSON per line. The first holds the configuration in clear, so the
stream is never kept: only names, operations and messages leave this module.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cli.report.plan import Action, Plan, Step, Violation

_MARKUP = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")
_ACTIONS = {
    "create": Action.CREATE,
    "update": Action.UPDATE,
    "replace": Action.REPLACE,
    "delete": Action.DELETE,
    "import": Action.IMPORT,
    "import-replacement": Action.REPLACE,
}
_AFTERMATH = "an unhandled error occurred: program exited"
"""What Pulumi adds to the program's own words."""
_QUIET = {"same", "read", "read-replacement", "read-discard", "refresh", "discard-replaced"}
_REPLACING = {"create-replacement", "delete-replaced", "remove-pending-replace"}
"""The halves of a replacement; the engine announces the whole as ``replace``."""


class StreamError(ValueError):
    """An event that this module does not understand."""


def parse(lines: Iterable[str]) -> Plan:
    """Return the plan of a stream of events; raise StreamError for an unknown operation."""
    events = [json.loads(line) for line in lines if line.startswith("{")]
    resources = [e["resourcePreEvent"]["metadata"] for e in events if "resourcePreEvent" in e]
    halves = _first_halves(resources)
    summary = next((e["summaryEvent"] for e in events if "summaryEvent" in e), None)
    return Plan(
        steps=tuple(_steps(resources, halves)),
        reads=tuple(_name(m["urn"]) for m in resources if m["op"].startswith("read")),
        violations=tuple(_violation(e["policyEvent"]) for e in events if "policyEvent" in e),
        packs=tuple(sorted(map(_pack, (summary or {}).get("PolicyPacks") or {}))),
        errors=tuple(_errors(events)),
        complete=summary is not None and summary.get("result", "succeeded") == "succeeded",
    )


def _first_halves(resources: list[Mapping[str, Any]]) -> dict[str, str]:
    """Return, for each replaced resource, which half of its replacement comes first."""
    halves: dict[str, str] = {}
    for metadata in resources:
        if metadata["op"] in _REPLACING:
            halves.setdefault(metadata["urn"], metadata["op"])
    return halves


def _steps(resources: list[Mapping[str, Any]], halves: Mapping[str, str]) -> Iterator[Step]:
    for metadata in resources:
        operation = metadata["op"]
        if operation in _QUIET or operation in _REPLACING:
            continue
        if operation not in _ACTIONS:
            raise StreamError(f"pulumi would {operation} {_name(metadata['urn'])}")
        yield _step(metadata, delete_first=halves.get(metadata["urn"]) == "delete-replaced")


def _step(metadata: Mapping[str, Any], *, delete_first: bool) -> Step:
    old, new = metadata.get("old") or {}, metadata.get("new") or {}
    action = _ACTIONS[metadata["op"]]
    if action is Action.DELETE and old.get("retainOnDelete"):
        action = Action.FORGET
    name = ((new or old).get("inputs") or {}).get("name")
    return Step(
        urn=metadata["urn"],
        type=metadata["type"],
        name=_name(metadata["urn"]),
        action=action,
        fields=_fields(metadata),
        forcing=tuple(metadata.get("keys") or ()),
        delete_first=delete_first,
        protected=bool(old.get("protect") or new.get("protect")),
        physical_name=name if isinstance(name, str) else None,
    )


def _fields(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the top-level inputs that differ: their names, never what is in them."""
    detailed = (re.split(r"[.\[]", path)[0] for path in metadata.get("detailedDiff") or {})
    return tuple(dict.fromkeys([*(metadata.get("diffs") or ()), *detailed]))


def _violation(event: Mapping[str, Any]) -> Violation:
    return Violation(
        pack=_pack(event.get("policyPackName", "")),
        rule=event.get("policyName", ""),
        level=event.get("enforcementLevel", ""),
        resource=_name(event.get("resourceUrn", "")),
        message=_clean(event.get("message", "")),
    )


def _pack(name: str) -> str:
    """Return the name of a policy pack without its place (``ledgerflow|local|/somewhere``)."""
    return name.split("|", maxsplit=1)[0]


def _errors(events: list[dict[str, Any]]) -> Iterator[str]:
    for event in events:
        diagnostic = event.get("diagnosticEvent") or {}
        if diagnostic.get("severity") == "error":
            message = _clean(diagnostic["message"]).removeprefix("error: ")
            if not message.startswith(_AFTERMATH):
                yield message
    for event in events:
        if "errorEvent" in event:
            yield _clean(event["errorEvent"].get("error", ""))


def _clean(message: str) -> str:
    return _MARKUP.sub("", message).strip()


def _name(urn: str) -> str:
    return urn.rsplit("::", maxsplit=1)[-1]
