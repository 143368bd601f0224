"""Inputs for a container that no program described yet (`pulumi import`, `Container.get`).

Docker tells everything but what was uploaded and what only concerns the plugin (grace period,
waiting); the image's own environment and labels are left out.
"""

from typing import TYPE_CHECKING

from airgap.plugins.checking import Checker
from airgap.plugins.docker import labels
from airgap.plugins.docker.container.fields import FIELDS, STATE_ONLY
from airgap.plugins.docker.container.leftovers import image_config, own_labels
from airgap.plugins.docker.container.outputs import outputs
from airgap.plugins.schema import inputs_of, is_empty
from airgap.plugins.values import Properties

if TYPE_CHECKING:
    from docker import APIClient

# Filled in by the daemon for every container: a program that leaves them out means the same.
_INCIDENTAL = {"platform", "runtime", "ipcMode"}
_SHORT_ID = 12


def imported(client: "APIClient", inspect: Properties) -> Properties:
    """The checked inputs that describe the container as it is."""
    state = outputs(inspect, {})
    inputs = {
        name: state[name]
        for name in inputs_of(FIELDS)
        if name in state
        and name not in _INCIDENTAL
        and name not in STATE_ONLY
        and not is_empty(state[name])
    }
    if inputs.get("hostname") == inspect["Id"][:_SHORT_ID]:
        del inputs["hostname"]
    found = {
        "envs": _own_env(client, inspect),
        "labels": labels.to_pairs(
            own_labels(client, inspect, inspect["Config"].get("Labels") or {}, {})
        ),
        "volumes": [_volume(bind) for bind in inspect["HostConfig"].get("Binds") or []],
        "networksAdvanced": _networks(inspect),
    }
    inputs.update({name: value for name, value in found.items() if value})
    return Checker(inspect["Name"], "docker").check(FIELDS, inputs, {})


def _own_env(client: "APIClient", inspect: Properties) -> list[str]:
    inherited = image_config(client, inspect["Image"]).get("Env") or []
    return [item for item in inspect["Config"].get("Env") or [] if item not in inherited]


def _volume(bind: str) -> Properties:
    """`source:path[:options]` as an element of `volumes`."""
    source, path, *rest = bind.split(":")
    options = rest[0].split(",") if rest else []
    relabel = next((option for option in options if option in ("z", "Z")), None)
    return {
        ("hostPath" if source.startswith("/") else "volumeName"): source,
        "containerPath": path,
        **({"readOnly": True} if "ro" in options else {}),
        **({"selinuxRelabel": relabel} if relabel else {}),
    }


def _networks(inspect: Properties) -> list[Properties]:
    """The networks beside the one of `networkMode`, with the aliases given by hand."""
    mode = inspect["HostConfig"]["NetworkMode"]
    found = inspect["NetworkSettings"].get("Networks") or {}
    short = inspect["Id"][:_SHORT_ID]
    result = []
    for name, data in sorted(found.items()):
        if name == mode or (mode == "default" and name == "bridge"):
            continue
        aliases = data.get("Aliases") or []
        if short in aliases:  # Docker adds the short id, and the host's name after it
            aliases = aliases[: aliases.index(short)]
        result.append({"name": name, **({"aliases": aliases} if aliases else {})})
    return result
