"""Worker and beat: the application's jobs, and the clock that finds what was left behind.

Both run the image of the web server. The rows of jobs in PostgreSQL are the truth, so neither
keeps anything: losing one, or Redis, loses no work (docs/application.md).
"""

from typing import Final

from infra import conventions
from infra.services import django, postgres, redis
from infra.services.common import limits
from infra.settings import ServiceName, Settings
from infra.spec import HealthCheck, Service, SourceMount, TmpfsMount

WORKER: Final = "worker"
BEAT: Final = "beat"
CELERY: Final = ("celery", "--quiet", "--app", "config.celery")


def worker(settings: Settings) -> Service:
    """Return the service that does jobs, two at a time; it gets a minute to end those that run."""
    command = (*CELERY, "worker", "--loglevel", "info", "--without-gossip", "--without-mingle")
    return _service(settings, WORKER, command, memory_mib=1024, cpus=2, stop_grace=60)


def beat(settings: Settings) -> Service:
    """Return the clock. There is one; a second one for a moment would do no harm."""
    command = (*CELERY, "beat", "--loglevel", "info")
    return _service(settings, BEAT, command, memory_mib=256, cpus=1, stop_grace=10)


def _service(
    settings: Settings,
    name: ServiceName,
    command: tuple[str, ...],
    *,
    memory_mib: int,
    cpus: float,
    stop_grace: int,
) -> Service:
    mounts = django.mounts(settings)
    if name == BEAT:
        source = [mount for mount in mounts if isinstance(mount, SourceMount)]
        # it has no business with people's files and the audit log; the image's folders are covered
        covered = (django.MEDIA, django.AUDIT, "/tmp")  # noqa: S108 - in the container
        memory = [TmpfsMount(path=path, size_mib=16) for path in covered]
        mounts = (*source, *memory)
    return Service(
        name=name,
        image=django.image(settings),
        user=f"{django.USER}:{django.USER}",
        working_directory="/app",
        networks=(conventions.INTERNAL_NETWORK,),
        command=_reloaded(command) if settings.django.stage == "dev" else command,
        environment=django.variables(settings),
        mounts=mounts,
        files=tuple(django.secret_files(settings)),
        health=HealthCheck(
            test=("CMD", *django.ASKING, f"/tmp/{name}-alive"),  # noqa: S108
            interval=2,
            start_period=120,
        ),
        limits=limits(settings, name, memory_mib=memory_mib, cpus=cpus),
        stop_grace=stop_grace,
        init=True,
        stateful=False,
        after=(postgres.NAME, redis.NAME) if name == WORKER else (redis.NAME,),
    )


def _reloaded(command: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``command`` run anew whenever a source file changes."""
    return ("watchfiles", "--filter", "python", "--target-type", "command", " ".join(command), ".")
