"""Puts the services together: settings in, the whole environment's spec out."""

from infra import conventions
from infra.services.adminer import adminer
from infra.services.caddy import caddy
from infra.services.django import django
from infra.services.postgres import postgres
from infra.services.redis import redis
from infra.services.searxng import searxng
from infra.services.worker import beat, worker
from infra.settings import Settings
from infra.spec import Environment, Network, Service, Volume

NETWORKS = (
    Network(name=conventions.EDGE_NETWORK, internal=False),
    Network(name=conventions.INTERNAL_NETWORK, internal=True),
    Network(name=conventions.EGRESS_NETWORK, internal=False),
)


def environment(settings: Settings) -> Environment:
    """Return what the stack of ``settings.environment`` provisions, in starting order."""
    return Environment(
        name=settings.environment,
        images_locked=settings.locks_images,
        services=_services(settings),
        networks=NETWORKS,
        volumes=tuple(
            Volume(name=name, protected=name in conventions.PROTECTED_VOLUMES)
            for name in conventions.VOLUMES
        ),
    )


def _services(settings: Settings) -> tuple[Service, ...]:
    services = [postgres(settings), redis(settings), searxng(settings), *django(settings)]
    services += [worker(settings), beat(settings)]
    if settings.adminer:
        services.append(adminer(settings))
    return (*services, caddy(settings))
