"""Turns the spec of an environment into resources of the Docker plugin."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_docker as docker
from pydantic import SecretStr

from infra import conventions
from infra.daemon import image_identity, volume_labels
from infra.outputs import DATABASE_PASSWORD_OUTPUT, KNOWN_VOLUMES_OUTPUT
from infra.protection import checked_name, verified_backup_hook
from infra.render import options
from infra.render.container import Surroundings, container_arguments
from infra.render.guests import guest_hooks
from infra.render.images import ImageResources, pinned_in_program
from infra.render.role_hook import database_role_hook
from infra.render.secrets import Secrets
from infra.services import postgres
from infra.spec import Environment, Network, Port, SecretName, SecretRef, Service, Volume


class DockerService(pulumi.ComponentResource):
    """One service: its container, started when those it needs are healthy."""

    container: docker.Container

    def __init__(
        self,
        service: Service,
        arguments: docker.ContainerArgs,
        *,
        parent: pulumi.Resource,
        after: list[pulumi.Resource],
        create_hook: pulumi.ResourceHook | None = None,
    ) -> None:
        super().__init__("ledgerflow:docker:Service", service.name, None, options.component(parent))
        self.container = docker.Container(
            service.name,
            arguments,
            opts=options.container(
                self, stateful=service.stateful, depends_on=after, create_hook=create_hook
            ),
        )
        self.register_outputs({"container": self.container.name})


class DockerEnvironment(pulumi.ComponentResource):
    """All resources of one environment on one Docker daemon."""

    def __init__(
        self,
        spec: Environment,
        *,
        repository: Path,
        secrets: Mapping[SecretName, SecretStr],
        known_volumes: pulumi.Input[list[str]],
    ) -> None:
        pinned = pinned_in_program(spec, repository, image_identity)
        super().__init__("ledgerflow:docker:Environment", spec.name, None, options.component())
        self._spec = spec
        self._known_volumes = pulumi.Output.from_input(known_volumes)
        self._delete_hook = verified_backup_hook()
        values = Secrets(self, secrets)
        self._database_password = values.value(SecretRef(name=postgres.PASSWORD))
        role_hook = database_role_hook(self._database_password)
        self._leave, self._join = guest_hooks()
        images = ImageResources(self, repository, pinned)
        around = Surroundings(
            environment=spec.name,
            repository=repository,
            networks={network.name: self._network(network) for network in spec.networks},
            volumes={volume.name: self._volume(volume) for volume in spec.volumes},
            secret=values.value,
        )
        self.containers: dict[str, docker.Container] = {}
        for service in spec.services:
            arguments = container_arguments(service, images.image_id(service.image), around)
            after: list[pulumi.Resource] = [self.containers[name] for name in service.after]
            component = DockerService(
                service,
                arguments,
                parent=self,
                after=after,
                create_hook=role_hook if postgres.NAME in service.after else None,
            )
            self.containers[service.name] = component.container
        self.register_outputs({})

    def outputs(self) -> dict[str, Any]:
        """Return what the stack exports; the one secret in it is encrypted in the state."""
        return {
            "environment": self._spec.name,
            "containers": {name: c.name for name, c in self.containers.items()},
            "addresses": addresses(self._spec),
            KNOWN_VOLUMES_OUTPUT: sorted(
                conventions.volume_name(self._spec.name, volume.name)
                for volume in self._spec.volumes
                if volume.protected
            ),
            DATABASE_PASSWORD_OUTPUT: pulumi.Output.secret(self._database_password),
        }

    def _network(self, network: Network) -> pulumi.Output[str]:
        labels = {
            conventions.LABEL_ENVIRONMENT: self._spec.name,
            conventions.LABEL_STACK: self._spec.name,
        }
        resource = docker.Network(
            network.name,
            name=conventions.network_name(self._spec.name, network.name),
            driver="bridge",
            internal=network.internal,
            labels=[
                docker.NetworkLabelArgs(label=key, value=labels[key]) for key in sorted(labels)
            ],
            opts=options.network(self, leave=self._leave, join=self._join),
        )
        return resource.name

    def _volume(self, volume: Volume) -> pulumi.Output[str]:
        name = conventions.volume_name(self._spec.name, volume.name)
        labels = conventions.volume_labels(self._spec.name, protected=volume.protected)
        resource = docker.Volume(
            volume.name,
            name=self._checked(name, labels) if volume.protected else name,
            labels=[docker.VolumeLabelArgs(label=key, value=labels[key]) for key in sorted(labels)],
            opts=options.volume(self, delete_hook=self._delete_hook if volume.protected else None),
        )
        return resource.name

    def _checked(self, name: str, labels: Mapping[str, str]) -> pulumi.Output[str]:
        """Give the volume's name out only after the check, so that nothing is made before it."""
        return self._known_volumes.apply(
            lambda known: checked_name(name, known, volume_labels, labels)
        )


def addresses(spec: Environment) -> dict[str, str]:
    """Return where a person reaches each published service."""
    schemes = {"postgres": "postgresql", "redis": "redis"}
    return {
        port.setting.removeprefix("ports."): _address(
            schemes.get(service.name, "https" if port.internal in (443, 9000) else "http"),
            port,
        )
        for service in spec.services
        for port in service.ports
    }


def _address(scheme: str, port: Port) -> str:
    return f"{scheme}://{port.host}:{port.external}"
