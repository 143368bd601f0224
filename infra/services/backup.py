"""The backup: one container beside the environment, for the schedule and for single runs alike.

It runs on the environment's own PostgreSQL image, reads the database over the internal network
and the media from their volume, and writes into the archive folder of the machine. It has no
Docker socket: what only the machine knows (versions, git, the stack) is put into the context
folder by whoever starts it.
"""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from infra import conventions
from infra.backup_settings import BackupSettings
from infra.services import django, postgres
from infra.services.common import secret_file
from infra.settings import Settings
from infra.spec import (
    BaseImage,
    BuiltImage,
    Environment,
    File,
    HealthCheck,
    Mount,
    Network,
    RegistryImage,
    SecretName,
    Service,
    SourceMount,
    TmpfsMount,
    Volume,
    VolumeMount,
)

NAME: Final = "backup"
COMMAND: Final = "ledgerflow-backup"
SCRATCH_VOLUME: Final = "backup_scratch"
"""Holds the scratch servers of proofs; it takes the place of the image's own unnamed volume."""
ARCHIVE: Final = "/archive"
"""Below it, as in the archive of the machine, a folder for the environment."""
CONTEXT: Final = "/run/ledgerflow-backup/context"
MEDIA: Final = "/srv/media"
SCRATCH: Final = "/var/lib/postgresql/data"
METRICS_PORT: Final = 9187
RESTORING: Final = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID")
"""Of a restore: as root it gives media files back to the application's user, and ends the scratch
server, which runs as another one."""


@dataclass(frozen=True)
class Host:
    """What the container uses of this machine."""

    archive: Path
    """Folder of this environment's backups."""
    context: Path
    """Folder with what a full backup must hold and only the machine knows."""
    group: int
    """Group of both, which the container runs as."""


class Reach(Enum):
    """How far into the environment a run reaches."""

    ARCHIVE = "archive"
    """The archive alone, without a network: what looks at backups, or proves or removes them."""
    READS = "reads"
    """The database and, read-only, the media."""
    WRITES = "writes"
    """Both, to restore them."""
    STORE = "store"
    """The archive and the off-site store."""

    @property
    def in_environment(self) -> bool:
        """Whether it reaches the database and the media."""
        return self in (Reach.READS, Reach.WRITES)


def backup_environment(
    settings: Settings,
    own: BackupSettings,
    host: Host,
    command: tuple[str, ...],
    reach: Reach = Reach.READS,
) -> Environment:
    """Return the spec of the backup container with the networks and volumes that it uses.

    The networks and the media volume belong to the environment's own stack.
    """
    return Environment(
        name=settings.environment,
        images_locked=settings.locks_images,
        services=(_service(settings, own, host, command, reach),),
        networks=(
            Network(name=conventions.INTERNAL_NETWORK, internal=True),
            Network(name=conventions.EGRESS_NETWORK, internal=False),
        ),
        volumes=(
            Volume(name=conventions.MEDIA_VOLUME, protected=True),
            Volume(name=SCRATCH_VOLUME),
        ),
    )


def _service(
    settings: Settings, own: BackupSettings, host: Host, command: tuple[str, ...], reach: Reach
) -> Service:
    return Service(
        name=NAME,
        image=_image(settings),
        command=(COMMAND, *command),
        user=f"{0 if reach is Reach.WRITES else postgres.SYSTEM_USER}:{host.group}",
        working_directory="/",
        networks=(conventions.EGRESS_NETWORK,) if reach is Reach.STORE else networks(own),
        environment=_variables(settings, own),
        mounts=_mounts(host, reach),
        files=_files(own, reach),
        read_only=reach is Reach.ARCHIVE,  # Docker puts no files into a read-only root
        health=HealthCheck(test=("CMD", COMMAND, "health"), timeout=10, retries=2),
        limits=own.limits,
        capabilities=RESTORING if reach is Reach.WRITES else (),
        stop_grace=60,
        init=True,
        stateful=True,
    )


def _mounts(host: Host, reach: Reach) -> tuple[Mount, ...]:
    mounts: tuple[Mount, ...] = (
        VolumeMount(volume=SCRATCH_VOLUME, path=SCRATCH),
        SourceMount(source=str(host.archive), path=f"{ARCHIVE}/{host.archive.name}"),
        SourceMount(source=str(host.context), path=CONTEXT, read_only=True),
        TmpfsMount(path="/tmp", size_mib=64),  # noqa: S108 - in the container
    )
    if not reach.in_environment:
        return mounts
    writes = reach is Reach.WRITES
    media = VolumeMount(volume=conventions.MEDIA_VOLUME, path=MEDIA, read_only=not writes)
    return (media, *mounts)


def _image(settings: Settings) -> BuiltImage:
    return BuiltImage(
        repository="ledgerflow-backup",
        context=".",
        dockerfile="backup/Dockerfile",
        parts=("backup", "infra"),
        target="backup",
        base=RegistryImage(reference=settings.images.postgres),
        base_argument="POSTGRES_IMAGE",
        further=(
            BaseImage(
                argument="PYTHON_IMAGE", image=RegistryImage(reference=settings.images.python)
            ),
        ),
    )


def networks(own: BackupSettings) -> tuple[str, ...]:
    """Return the networks that the container is on; out of them only to an off-site store."""
    if own.offsite is not None:
        return (conventions.INTERNAL_NETWORK, conventions.EGRESS_NETWORK)
    return (conventions.INTERNAL_NETWORK,)


def _variables(settings: Settings, own: BackupSettings) -> dict[str, str]:
    """Return what :mod:`backup.settings` and :mod:`backup.schedule.settings` read."""
    variables = {
        "ENVIRONMENT": settings.environment,
        "ARCHIVE": ARCHIVE,
        "SCRATCH": SCRATCH,
        "CONTEXT_FOLDER": CONTEXT,
        "MEDIA": MEDIA,
        "APPLICATION_URL": f"http://{settings.django.upstream}:{django.PORT}/readyz",
        "HOST": postgres.NAME,
        "PORT": str(postgres.PORT),
        "DATABASE": postgres.DATABASE,
        "USER": postgres.USER,
        "PASSWORD_FILE": secret_file(postgres.PASSWORD).path,
        "RECIPIENTS": ",".join(own.recipients),
        "TIME_ZONE": own.time_zone,
        "MAX_AGE_HOURS": str(own.max_age_hours),
        "METRICS_PORT": str(METRICS_PORT),
        "SCHEDULE_DATABASE": own.schedule.database,
        "SCHEDULE_FULL": own.schedule.full,
        "SCHEDULE_DRILL": own.schedule.drill,
        **{f"KEEP_{k.upper()}": str(v) for k, v in own.keep.model_dump(exclude_none=True).items()},
        **_offsite(own),
    }
    return {f"LEDGERFLOW_BACKUP_{name}": value for name, value in sorted(variables.items())}


def _offsite(own: BackupSettings) -> dict[str, str]:
    """Return what :mod:`backup.offsite.settings` reads."""
    if own.offsite is None:
        return {}
    given = own.offsite.model_dump(exclude_none=True)
    variables = {f"OFFSITE_{name.upper()}": str(value) for name, value in given.items()}
    files = {"offsite-secret-key": "SECRET_FILE", "offsite-delete-secret-key": "DELETE_SECRET_FILE"}
    for name in own.secrets:
        variables[f"OFFSITE_{files[name]}"] = secret_file(name).path
    return variables


def _files(own: BackupSettings, reach: Reach) -> tuple[File, ...]:
    names: list[SecretName] = [postgres.PASSWORD] if reach.in_environment else []
    if reach is not Reach.ARCHIVE:
        names += sorted(own.secrets)
    owner = 0 if reach is Reach.WRITES else postgres.SYSTEM_USER
    return tuple(secret_file(name, owner=owner) for name in names)
