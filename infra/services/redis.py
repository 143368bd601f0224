"""Redis: cache and queue. Losing it loses no work, so its volume is kept but not protected."""

from typing import Final

from infra import conventions
from infra.services.common import limits, networks, port
from infra.settings import Settings
from infra.spec import HealthCheck, RegistryImage, Service, VolumeMount

NAME: Final = "redis"
PORT: Final = 6379


def redis(settings: Settings) -> Service:
    """Return the cache, which writes its keys to disk once a minute."""
    ports = port(settings, NAME, PORT)
    return Service(
        name=NAME,
        image=RegistryImage(reference=settings.images.redis),
        user="redis",
        working_directory="/data",
        networks=networks(ports),
        command=("redis-server", "--save", "60", "1", "--appendonly", "yes"),
        ports=ports,
        mounts=(VolumeMount(volume=conventions.REDIS_VOLUME, path="/data"),),
        read_only=True,
        health=HealthCheck(test=("CMD", "redis-cli", "ping"), interval=1, start_period=30),
        limits=limits(settings, NAME, memory_mib=256, cpus=1),
        stop_grace=30,
        init=False,  # the server starts no other program and reaps its own saving processes
        stateful=True,
    )
