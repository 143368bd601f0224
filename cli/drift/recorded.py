"""What Pulumi's state says about an environment: identities, and the content of uploaded files.

The state is exported with its secrets in clear, through a pipe into this process's memory, since
only the state knows a generated secret. Nothing of it is written or printed.
"""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from cli.pulumi import Pulumi

CONTAINER = "docker:index/container:Container"
NETWORK = "docker:index/network:Network"
SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Key by which Pulumi marks special values in a state."""


@dataclass(frozen=True)
class Resource:
    """A container or network that Pulumi made.

    ``image`` is the id of a container's image; ``uploads`` maps paths to contents.
    """

    urn: str
    id: str
    image: str = ""
    uploads: Mapping[str, SecretStr] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """The state's resources by their names on the daemon."""

    containers: Mapping[str, Resource]
    networks: Mapping[str, Resource]


def read(pulumi: Pulumi) -> Recorded:
    """Return what the state says; raise UserError when it cannot be read or decrypted."""
    result = subprocess.run(
        ["pulumi", "stack", "export", "--show-secrets", "--stack", pulumi.stack],
        env=pulumi.environment(),
        cwd=pulumi.workspace.repository,
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        # standard output is left alone: it could hold a part of the state
        what = f"the state of {pulumi.stack} cannot be read"
        raise pulumi.failure(what, result.stderr.strip())
    return parse(json.loads(result.stdout))


def parse(exported: Mapping[str, Any]) -> Recorded:
    """Return what ``pulumi stack export --show-secrets`` says."""
    resources = (exported.get("deployment") or {}).get("resources") or []
    present = [r for r in resources if not r.get("delete") and "id" in r]
    return Recorded(
        containers=_by_name(r for r in present if r["type"] == CONTAINER),
        networks=_by_name(r for r in present if r["type"] == NETWORK),
    )


def _by_name(resources: Iterable[Mapping[str, Any]]) -> dict[str, Resource]:
    found = {}
    for resource in resources:
        inputs = _in_clear(resource.get("inputs") or {})
        uploads = {
            upload["file"]: SecretStr(upload.get("content", ""))
            for upload in inputs.get("uploads") or []
        }
        found[inputs["name"]] = Resource(
            urn=resource["urn"],
            id=resource["id"],
            image=inputs.get("image", ""),
            uploads=uploads,
        )
    return found


def _in_clear(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Take the wrappers off secret values (``{signature: ..., plaintext: JSON}``)."""
    if isinstance(value, list):
        return [_in_clear(item) for item in value]
    if not isinstance(value, dict):
        return value
    if SIGNATURE in value:
        return _in_clear(json.loads(value["plaintext"])) if "plaintext" in value else None
    return {key: _in_clear(inner) for key, inner in value.items()}
