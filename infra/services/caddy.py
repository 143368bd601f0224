"""Caddy: the reverse proxy in front of the application, and in production the only way in."""

from typing import Final

from infra import conventions
from infra.services.caddyfile import HEALTH_PORT, PUBLIC_PORT, caddyfile, public_hosts
from infra.services.common import limits
from infra.settings import Settings
from infra.spec import File, HealthCheck, Port, RegistryImage, Service, VolumeMount

NAME: Final = "caddy"
ANYWHERE: Final = "0.0.0.0"  # noqa: S104 - the public entrance of the environment


def caddy(settings: Settings) -> Service:
    """Return the proxy; certificates live in its volume."""
    return Service(
        name=NAME,
        image=RegistryImage(reference=settings.images.caddy),
        user="0",
        working_directory="/srv",
        networks=(conventions.EDGE_NETWORK, conventions.INTERNAL_NETWORK),
        ports=_ports(settings),
        mounts=(
            VolumeMount(volume=conventions.CADDY_VOLUME, path="/data"),
            VolumeMount(volume=conventions.CADDY_CONFIG_VOLUME, path="/config"),
        ),
        files=(File(path="/etc/caddy/Caddyfile", content=(caddyfile(settings),)),),
        capabilities=("NET_BIND_SERVICE",),
        health=HealthCheck(
            test=("CMD", "wget", "-q", "-O", "/dev/null", f"http://127.0.0.1:{HEALTH_PORT}/"),
            interval=1,
            start_period=30,
        ),
        limits=limits(settings, NAME, memory_mib=256, cpus=1),
        stop_grace=15,
        init=False,
        stateful=True,
        after=(settings.django.upstream,),
    )


def _ports(settings: Settings) -> tuple[Port, ...]:
    inside = {"public": PUBLIC_PORT, "http": 80, "https": 443}
    return tuple(
        Port(
            internal=inside[name],
            external=external,
            ip=ANYWHERE,
            host=public_hosts(settings)[0],
            setting=f"ports.{name}",
        )
        for name, external in settings.ports.published().items()
        if name in inside
    )
