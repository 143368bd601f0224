"""``make reconcile``: says what it is going to do, does it, and looks again."""

import os
from collections.abc import Sequence
from pathlib import Path

import docker
import docker.errors

from cli import ui
from cli import up as up_command
from cli.deploy import allow, apply
from cli.drift import look
from cli.drift.difference import Difference
from cli.drift.repair import Repair, Step, lines, repair
from cli.errors import UserError
from cli.workspace import Workspace


def reconcile(
    workspace: Workspace,
    environment: str,
    config_file: Path | None = None,
    policy_packs: Sequence[Path] = (),
) -> list[Difference]:
    """Bring what runs back to the spec and return the differences that are left.

    Raises UserError when a protected volume must be seen to first, or when ``pulumi up`` fails.
    """
    spec, client, pulumi = up_command.prepare(workspace, environment, os.environ, config_file)
    comparison = look.compare(spec, pulumi, client)
    differences = comparison.differences()
    if not differences:
        return []
    found = repair(comparison, differences)
    _refuse_if_blocked(found)
    words = _arguments(found, policy_packs)
    allow(spec, client, pulumi, *words, changing=True)
    ui.step(f"Environment {environment}: reconciling")
    for line in lines(found):
        ui.detail(line)
    for step in found.steps:
        _do(step, client)
    apply(spec, pulumi, *words)
    ui.step(f"Environment {environment}: looking again")
    return look.compare(spec, pulumi, client).differences()


def _refuse_if_blocked(found: Repair) -> None:
    if found.blocking:
        sentences = "\n".join(
            f"  {d.resource}: {d.field}: expected {d.expected}, found {d.found}"
            for d in found.blocking
        )
        raise UserError(
            f"a protected volume is not as it should be; nothing was changed:\n{sentences}",
            found.blocking[0].remedy,
        )


def _arguments(found: Repair, policy_packs: Sequence[Path]) -> list[str]:
    replaced = [word for urn in found.replaced.values() for word in ("--replace", urn)]
    packs = [word for pack in policy_packs for word in ("--policy-pack", str(pack))]
    return ["--refresh", *replaced, *packs]


def _do(step: Step, client: docker.DockerClient) -> None:
    """Do one step; what has gone by itself meanwhile is done."""
    try:
        if step.verb == "unpause":
            client.containers.get(step.target).unpause()
        elif step.verb == "remove":
            _remove_container(client, step)
        elif step.verb == "detach":
            client.networks.get(step.network).disconnect(step.target, force=True)
        else:
            _remove_network(client, step.target)
    except docker.errors.NotFound:
        return


def _remove_container(client: docker.DockerClient, step: Step) -> None:
    container = client.containers.get(step.target)
    container.stop(timeout=step.grace)
    container.remove()


def _remove_network(client: docker.DockerClient, name: str) -> None:
    network = client.networks.get(name)
    network.reload()
    for place in (network.attrs.get("Containers") or {}).values():
        network.disconnect(place["Name"], force=True)
    network.remove()
