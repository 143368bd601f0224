"""From the name of an environment to a finished run of ``ledgerflow-backup`` beside it."""

import os
from dataclasses import dataclass
from pathlib import Path

import docker
import docker.errors

from cli import engine, environments, ui
from cli.backup import container, context, image
from cli.backup.keys import PrivateKey
from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.rotation import deployed
from cli.rotation.source import readers
from cli.workspace import Workspace
from infra import conventions
from infra.archive import ArchiveFolderError, prepared_host, settings_of
from infra.backup_settings import NAMESPACE, BackupSettings, OffsiteSecret, stack_name
from infra.configuration import ENCRYPTED, ConfigurationError, from_file
from infra.services import backup, postgres
from infra.services.backup import Host, Reach
from infra.services.common import SECRETS_FOLDER
from infra.settings import Settings, SettingsError
from infra.spec import Environment, File, SecretName, Service, SourceMount

IDENTITY = f"{SECRETS_FOLDER}/age-identity"


@dataclass(frozen=True)
class Target:
    """An environment whose backups are meant: its settings, spec, and folders of this machine."""

    workspace: Workspace
    name: str
    settings: Settings
    own: BackupSettings
    spec: Environment
    host: Host
    config_file: Path | None = None


def target(workspace: Workspace, name: str, config_file: Path | None = None) -> Target:
    """Return what is known of the backups of environment ``name``, its folders made.

    Raises UserError for mistakes in the configuration and for an archive that cannot be written.
    """
    spec = environments.load(workspace, name, config_file)
    try:
        settings = Settings.parse(name, from_file(config_file or workspace.stack_file(name)))
        own = settings_of(workspace.repository, name)
        host = prepared_host(workspace.repository, own)
    except (SettingsError, ConfigurationError) as error:
        raise UserError(str(error), "correct them; nothing was changed") from None
    except ArchiveFolderError as error:
        raise UserError(error.what, error.remedy) from None
    return Target(workspace, name, settings, own, spec, host, config_file)


@dataclass(frozen=True)
class Extras:
    """What only some runs need."""

    with_context: bool = False
    """Write down first what a full backup must hold and its container cannot see."""
    key: PrivateKey | None = None
    """Of encrypted backups; it is given to this run alone."""
    other: Host | None = None
    """The folders of another environment, whose archive is read."""


def run(of: Target, arguments: tuple[str, ...], reach: Reach, extras: Extras | None = None) -> int:
    """Run ``ledgerflow-backup`` with these arguments and return its exit code.

    Raises UserError when it cannot be started; everything else it says itself.
    """
    client, extras = engine.ensure(os.environ), extras or Extras()
    if extras.key is not None:
        arguments = (*arguments, "--identity", IDENTITY)
    spec = backup.backup_environment(of.settings, of.own, of.host, arguments, reach)
    values: dict[SecretName, str] = {}
    if reach is not Reach.ARCHIVE:
        values |= {name: _configured(of, name) for name in of.own.secrets}
    if reach.in_environment:
        require_environment(of, client)
        values[postgres.PASSWORD] = database_password(of, client)
    if extras.with_context:
        write_context(of, client)
    given = container.OneOff(
        image=image.ensure(client, of.workspace, spec),
        stack=stack_name(of.name),
        secrets=values,
        isolated=reach is Reach.ARCHIVE,
    )
    make_scratch_volume(client, of.name)
    return container.run(client, spec, _with(spec.services[0], extras), given)


def _with(service: Service, extras: Extras) -> Service:
    files, mounts = service.files, service.mounts
    if extras.key is not None:
        owner = int(service.user.partition(":")[0])
        texts = {IDENTITY: extras.key.text, f"{IDENTITY}.passphrase": extras.key.passphrase}
        files += tuple(
            File(path=path, content=(text,), permissions="0400", owner=owner)
            for path, text in texts.items()
            if text
        )
    if extras.other is not None:
        there = extras.other.archive
        path = f"{backup.ARCHIVE}/{there.name}"
        mounts += (SourceMount(source=str(there), path=path, read_only=True),)
    read_only = service.read_only and not files
    return service.model_copy(update={"files": files, "mounts": mounts, "read_only": read_only})


def write_context(of: Target, client: docker.DockerClient) -> None:
    """Write down for full backups what their container cannot see."""
    ui.step(f"Versions, git and the stack of {of.name}: written down for full backups")
    pulumi = Pulumi(of.workspace, os.environ, of.name, of.config_file)
    context.collect(of.host.context, of.host.group, of.spec, client, pulumi)


def after_up(
    workspace: Workspace, environment: str, client: docker.DockerClient, config_file: Path | None
) -> None:
    """Renew what full backups are told of an environment, where a schedule makes them."""
    if Pulumi(workspace, os.environ, stack_name(environment)).has_resources():
        write_context(target(workspace, environment, config_file), client)


def require_environment(of: Target, client: docker.DockerClient) -> None:
    """Raise UserError unless the database runs and the media volume is there."""
    if not is_up(of, client):
        raise UserError(f"the database of {of.name} does not run", f"make up ENV={of.name}")


def is_up(of: Target, client: docker.DockerClient) -> bool:
    """Tell whether the database runs and the media volume is there."""
    name = conventions.container_name(of.name, postgres.NAME)
    try:
        client.volumes.get(conventions.volume_name(of.name, conventions.MEDIA_VOLUME))
        return client.containers.get(name).status == "running"
    except docker.errors.NotFound:
        return False


def database_password(of: Target, client: docker.DockerClient) -> str:
    """Return the password that the environment's own clients are given; raise UserError."""
    services = readers(of.spec, postgres.PASSWORD)
    found = deployed.values(of.spec, services, postgres.PASSWORD, client)
    if not found:
        raise UserError(
            f"no container of {of.name} knows the database's password", f"make up ENV={of.name}"
        )
    return next(iter(found.values()))


def _configured(of: Target, name: OffsiteSecret) -> str:
    """Return a secret of the backup's own stack, decrypted by Pulumi where it has to be."""
    value = of.own.secrets[name].get_secret_value()
    if value != ENCRYPTED:
        return value
    pulumi = Pulumi(of.workspace, os.environ, stack_name(of.name))
    return pulumi.read("config", "get", "--path", f"{NAMESPACE}:secrets.{name}").rstrip("\n")


def make_scratch_volume(client: docker.DockerClient, environment: str) -> None:
    """Make the volume for scratch servers, unless it is there, as the backup's stack would."""
    name = conventions.volume_name(environment, backup.SCRATCH_VOLUME)
    client.volumes.create(name, labels=scratch_labels(environment))


def scratch_labels(environment: str) -> dict[str, str]:
    """Return the labels of the scratch volume."""
    return {
        conventions.LABEL_ENVIRONMENT: environment,
        conventions.LABEL_STACK: stack_name(environment),
    }
