"""Resources from what Pulumi writes: an exported state, a checkpoint, or a preview as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.plain import plain
from policies.view import Options, Resource


class StateError(ValueError):
    """The document is not one that Pulumi writes; the message says what was expected."""


def resources_of_state(document: object) -> list[Resource]:
    """Return the resources of ``pulumi stack export`` or of a file backend's checkpoint.

    Resources that wait for their deletion are left out. Raises StateError.
    """
    deployment = _deployment(document)
    if not isinstance(deployment, Mapping):
        raise StateError("it is no state: neither `deployment` nor `checkpoint` is in it")
    listed = deployment.get("resources") or []
    return [
        resource
        for state in listed
        if not state.get("delete") and (resource := _resource(state, exists=True))
    ]


def resources_of_preview(document: object) -> list[Resource]:
    """Return what a ``pulumi preview --json --show-sames`` would leave. Raises StateError."""
    if not isinstance(document, Mapping) or not isinstance(document.get("steps"), list):
        raise StateError("it is no preview: there is no list `steps` in it")
    return list(_planned(document["steps"]))


def _planned(steps: list[Any]) -> Iterator[Resource]:
    last: dict[str, Resource] = {}
    for step in steps:
        state = step.get("newState")
        if state and step.get("op") not in ("delete", "delete-replaced", "discard-replaced"):
            resource = _resource(state, exists=step.get("oldState") is not None)
            if resource:
                last[resource.urn] = resource
    yield from last.values()


def _deployment(document: object) -> object:
    if not isinstance(document, Mapping):
        return None
    checkpoint = document.get("checkpoint")
    if isinstance(checkpoint, Mapping):
        return checkpoint.get("latest") or {}
    return document.get("deployment")


def _resource(state: Mapping[str, Any], *, exists: bool) -> Resource | None:
    """Return the view of a recorded resource; None for components, providers and the stack."""
    if not state.get("custom") or str(state.get("type")).startswith("pulumi:"):
        return None
    stack, _, rest = str(state["urn"]).removeprefix("urn:pulumi:").partition("::")
    return Resource(
        type=state["type"],
        name=rest.rpartition("::")[2],
        stack=stack,
        props=plain(state.get("inputs") or {}),
        options=Options(protect=bool(state.get("protect"))),  # the other one is not recorded
        urn=state["urn"],
        exists=exists,
    )
