"""Django: the application, as a developer's server or as gunicorn in blue and green slots."""

from typing import Final

from infra import conventions
from infra.services import postgres, redis, searxng
from infra.services.caddyfile import public_hosts
from infra.services.common import limits, networks, port, secret_file
from infra.settings import Settings
from infra.spec import (
    BuiltImage,
    Environment,
    File,
    HealthCheck,
    Mount,
    RegistryImage,
    SecretName,
    Service,
    SourceMount,
    TmpfsMount,
    VolumeMount,
)

NAME: Final = "django"
PORT: Final = 8000
USER: Final = 10001
SOURCE: Final = "app"
PARTS: Final = (SOURCE, "guard")
"""Of the repository: what is in the image. Of the guard, ``.dockerignore`` lets two parts in."""
AUDIT: Final = "/var/log/ledgerflow"
"""Where the image's ``LEDGERFLOW_AUDIT`` is."""
MEDIA: Final = "/srv/media"
ASKING: Final = ("python", "-I", "-S", "/app/healthcheck.py")
"""The health check. It needs no package, and looking for packages is most of Python's start."""
SECRET_KEY: Final = "django-secret-key"  # noqa: S105 - the secret's name
PREVIOUS_SECRET_KEY: Final = "django-secret-key-previous"  # noqa: S105 - the secret's name
"""Set by a rotation: what it signed is still accepted until it is dropped (docs/secrets.md)."""
ADMIN_PASSWORD: Final = "admin-password"  # noqa: S105 - the secret's name


def django(settings: Settings) -> tuple[Service, ...]:
    """Return the application's services: one, or one for each slot."""
    return tuple(_slot(settings, name) for name in settings.django.services)


def slots(spec: Environment) -> tuple[Service, ...]:
    """Return the web servers of an environment: one, or one for each slot."""
    return tuple(s for s in spec.services if s.name.partition("-")[0] == NAME)


def _slot(settings: Settings, name: str) -> Service:
    ports = port(settings, NAME, PORT)
    return Service(
        name=name,
        image=image(settings),
        user=f"{USER}:{USER}",
        working_directory="/app",
        networks=networks(ports),
        environment=_web_variables(settings),
        ports=ports,
        mounts=mounts(settings),
        files=tuple(_files(settings)),
        health=HealthCheck(
            test=("CMD", *ASKING),
            interval=2,
            start_period=180,  # the first start makes the schema, on a busy machine too
        ),
        limits=limits(settings, NAME, memory_mib=1024, cpus=2),
        stop_grace=30,
        init=True,
        stateful=False,
        after=(postgres.NAME, redis.NAME, searxng.NAME),
    )


def image(settings: Settings) -> BuiltImage:
    """Return the image that the web server, the workers and their clock run."""
    return BuiltImage(
        repository="ledgerflow-django",
        context=".",
        dockerfile=f"{SOURCE}/Dockerfile",
        parts=PARTS,
        target=settings.django.stage,
        base=RegistryImage(reference=settings.images.python),
        base_argument="PYTHON_IMAGE",
    )


def variables(settings: Settings) -> dict[str, str]:
    """Return what every process of the application is told."""
    return {
        "LEDGERFLOW_ENVIRONMENT": settings.environment,
        "DJANGO_DEBUG": str(settings.debug).lower(),
        "DJANGO_SECRET_KEY_FILE": secret_file(SECRET_KEY).path,
        "DJANGO_SECURE": str(settings.ports.public is not None).lower(),
        "DATABASE_HOST": postgres.NAME,
        "DATABASE_PORT": str(postgres.PORT),
        "DATABASE_NAME": postgres.DATABASE,
        "DATABASE_USER": postgres.USER,
        "DATABASE_PASSWORD_FILE": secret_file(postgres.PASSWORD).path,
        "REDIS_URL": f"redis://{redis.NAME}:{redis.PORT}/0",
        "SEARXNG_URL": f"http://{searxng.NAME}:{searxng.PORT}",
        "SEARCH_LANGUAGE": settings.search_language,
        "TZ": settings.time_zone,
    }


def _web_variables(settings: Settings) -> dict[str, str]:
    told = {**variables(settings), "DJANGO_ALLOWED_HOSTS": ",".join(_hosts(settings))}
    if settings.ports.public is not None:
        told["DJANGO_CSRF_TRUSTED_ORIGINS"] = ",".join(_origins(settings))
    if settings.admin_username is not None:
        told["DJANGO_ADMIN_USERNAME"] = settings.admin_username
        told["DJANGO_ADMIN_PASSWORD_FILE"] = secret_file(ADMIN_PASSWORD).path
    return told


def _hosts(settings: Settings) -> tuple[str, ...]:
    inside = ("localhost", "127.0.0.1", *settings.django.services, "caddy")
    return tuple(dict.fromkeys((*inside, *public_hosts(settings))))


def _origins(settings: Settings) -> list[str]:
    hosts = public_hosts(settings)
    origins = [f"https://{host}:{settings.ports.public}" for host in hosts]
    if settings.ports.https is not None:
        origins += [f"https://{host}" for host in hosts]
    return origins


def mounts(settings: Settings) -> tuple[Mount, ...]:
    """Return the application's folders: files, its audit log, memory, and in dev the source."""
    media: Mount = VolumeMount(volume=conventions.MEDIA_VOLUME, path=MEDIA)
    audit: Mount = VolumeMount(volume=conventions.AUDIT_VOLUME, path=AUDIT)
    temporary: Mount = TmpfsMount(path="/tmp", size_mib=256)  # noqa: S108 - in the container
    if settings.django.stage == "dev":
        return (SourceMount(source=SOURCE, path="/app"), media, audit, temporary)
    return (media, audit, temporary)


def secret_files(settings: Settings) -> list[File]:
    """Return the secrets that every process of the application reads."""
    names: list[SecretName] = [SECRET_KEY, postgres.PASSWORD]
    if PREVIOUS_SECRET_KEY in settings.secrets:
        names.append(PREVIOUS_SECRET_KEY)
    return [secret_file(name, owner=USER) for name in names]


def _files(settings: Settings) -> list[File]:
    files = secret_files(settings)
    if settings.admin_username is not None:
        files.append(secret_file(ADMIN_PASSWORD, owner=USER))
    return files
