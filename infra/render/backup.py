"""Turns the spec of a backup container into resources, beside an environment it does not own."""

import time
from collections.abc import Mapping
from pathlib import Path

import docker.errors as engine_errors
import pulumi
import pulumi_docker as docker
import pulumi_random as random

from guard.client import from_env
from guard.refusal import RefusedError
from infra import conventions
from infra.daemon import DaemonError, image_identity, volume_labels
from infra.render import options
from infra.render.container import Surroundings, container_arguments
from infra.render.images import ImageResources, pinned_in_program
from infra.services import backup
from infra.spec import Environment, SecretName

RUN_NOW = "ledgerflow-backup-run-now"
"""Name of the hook that makes a backup; part of the stack's state, so it never changes."""
PATIENCE_SECONDS = 1800
"""How long a run that was asked for waits for one of the schedule's to end."""


class DockerBackup(pulumi.ComponentResource):
    """The container of the schedule, its scratch volume, and a run when one is asked for."""

    container: docker.Container

    def __init__(
        self,
        spec: Environment,
        *,
        stack: str,
        repository: Path,
        secrets: Mapping[SecretName, pulumi.Output[str]],
        run_now: str | None,
    ) -> None:
        pinned = pinned_in_program(spec, repository, image_identity)
        super().__init__("ledgerflow:docker:Backup", stack, None, options.component())
        if not pulumi.runtime.is_dry_run():
            _require_media(spec.name)
        service = spec.service(backup.NAME)
        images = ImageResources(self, repository, pinned)
        around = Surroundings(
            environment=spec.name,
            repository=repository,
            networks={n.name: conventions.network_name(spec.name, n.name) for n in spec.networks},
            volumes={
                conventions.MEDIA_VOLUME: conventions.volume_name(
                    spec.name, conventions.MEDIA_VOLUME
                ),
                backup.SCRATCH_VOLUME: self._scratch(spec.name, stack),
            },
            secret=lambda reference: secrets[reference.name],
            stack=stack,
        )
        self.container = docker.Container(
            service.name,
            container_arguments(service, images.image_id(service.image), around),
            opts=options.container(self, stateful=service.stateful, depends_on=[]),
        )
        if run_now is not None:
            self._run(run_now)
        self.register_outputs({"container": self.container.name})

    def _scratch(self, environment: str, stack: str) -> pulumi.Output[str]:
        labels = {conventions.LABEL_ENVIRONMENT: environment, conventions.LABEL_STACK: stack}
        volume = docker.Volume(
            backup.SCRATCH_VOLUME,
            name=conventions.volume_name(environment, backup.SCRATCH_VOLUME),
            labels=[docker.VolumeLabelArgs(label=key, value=labels[key]) for key in sorted(labels)],
            opts=options.volume(self, delete_hook=None),
        )
        return volume.name

    def _run(self, kind: str) -> None:
        """Have a backup made in this very run, which fails when the backup does."""
        hook = pulumi.ResourceHook(
            RUN_NOW, run_in_container, pulumi.ResourceHookOptions(on_dry_run=False)
        )
        random.RandomId(
            "run-now",
            byte_length=4,
            # another moment in every run, so that each run replaces it
            keepers={"kind": kind, "asked": str(int(time.time()))},
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[self.container],
                hooks=pulumi.ResourceHookBinding(before_create=[hook]),
            ),
        )


def run_in_container(arguments: pulumi.ResourceHookArgs) -> None:
    """Make the backup that ``backup:runNow`` asks for; raise RunError with its last words."""
    stack = pulumi.get_stack()
    environment = stack.removesuffix("-backup")
    kind = str((arguments.new_inputs or {}).get("keepers", {}).get("kind", "db"))
    try:
        client = from_env()
        try:
            container = client.containers.get(conventions.container_name(environment, backup.NAME))
            result = container.exec_run(
                [backup.COMMAND, kind, "--reason", "manual"],
                environment={"LEDGERFLOW_BACKUP_LOCK_SECONDS": str(PATIENCE_SECONDS)},
            )
        finally:
            client.close()
    except (RefusedError, engine_errors.DockerException) as error:
        raise pulumi.RunError(f"the backup cannot be run: {error}") from None
    output = result.output if isinstance(result.output, bytes) else b"".join(result.output)
    words = output.decode(errors="replace").strip()
    if result.exit_code != 0:
        raise pulumi.RunError(
            f"backup:runNow: the backup failed (exit {result.exit_code}):\n{words}"
        )
    pulumi.log.info(f"backup:runNow:\n{words}")


def _require_media(environment: str) -> None:
    """Refuse to go on without the media volume: Docker would make an empty one by itself."""
    name = conventions.volume_name(environment, conventions.MEDIA_VOLUME)
    try:
        found = volume_labels(name)
    except DaemonError as error:
        raise pulumi.RunError(str(error)) from None
    if found is None:
        raise pulumi.RunError(
            f"there is no volume {name}, so there is nothing to back up\n"
            f"  -> make up ENV={environment}"
        )
