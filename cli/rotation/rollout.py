"""Brings a new value to the containers: slot by slot where there are two, and one keeps serving."""

from collections.abc import Sequence

import docker

from cli import status, ui
from cli.deploy import apply
from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.rotation import traffic
from cli.rotation.state import Exported
from infra.spec import Environment, Service


def roll_out(
    spec: Environment,
    client: docker.DockerClient,
    pulumi: Pulumi,
    readers: Sequence[Service],
    replaced: Sequence[str] = (),
) -> None:
    """Make the environment what ``spec`` says; replace the resources of these URNs.

    With two healthy slots among the ``readers`` of what changes, the one that stands by is
    replaced first and serves while the other one is replaced. Raises UserError; requests then stay
    where they were answered last.
    """
    arguments = [f"--replace={urn}" for urn in replaced]
    pair = traffic.slots(spec)
    if pair is None or pair[0] not in readers or not _healthy(spec, client, pair):
        apply(spec, pulumi, *arguments)
        _all_healthy(spec, client)
        traffic.as_configured(spec, client)
        return
    active, standby = pair
    traffic.as_configured(spec, client)
    exported = Exported.of(pulumi)
    targets = [exported.container(standby.name), *exported.passwords()]
    ui.step(f"Slot {standby.name}, which stands by, is replaced while {active.name} serves")
    apply(spec, pulumi, *arguments, *(f"--target={urn}" for urn in targets))
    traffic.to_standby(spec, client)
    ui.step(f"Slot {active.name} is replaced while {standby.name} serves")
    apply(spec, pulumi)
    _all_healthy(spec, client)
    traffic.as_configured(spec, client)


def _healthy(spec: Environment, client: docker.DockerClient, services: Sequence[Service]) -> bool:
    names = {service.name for service in services}
    found = [s for s in status.services(spec, client) if s.service in names]
    return all(s.state == status.HEALTHY for s in found)


def _all_healthy(spec: Environment, client: docker.DockerClient) -> None:
    sick = [s.service for s in status.services(spec, client) if s.state != status.HEALTHY]
    if sick:
        raise UserError(f"not healthy: {', '.join(sick)}", f"look into: make logs ENV={spec.name}")
