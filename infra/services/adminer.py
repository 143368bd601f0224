"""Adminer: a look into the database for developers; production has none."""

from typing import Final

from infra.services import postgres
from infra.services.common import limits, networks, port
from infra.settings import Settings
from infra.spec import HealthCheck, RegistryImage, Service, TmpfsMount

NAME: Final = "adminer"
PORT: Final = 8080


def adminer(settings: Settings) -> Service:
    """Return the database browser, with this environment's database filled in."""
    ports = port(settings, NAME, PORT)
    return Service(
        name=NAME,
        image=RegistryImage(reference=settings.images.adminer),
        user="adminer",
        working_directory="/var/www/html",
        networks=networks(ports),
        environment={"ADMINER_DEFAULT_SERVER": postgres.NAME},
        ports=ports,
        mounts=(TmpfsMount(path="/tmp", size_mib=64),),  # noqa: S108 - in the container
        read_only=True,
        health=HealthCheck(
            test=("CMD", "wget", "-q", "-O", "/dev/null", f"http://127.0.0.1:{PORT}/"),
            interval=2,
        ),
        limits=limits(settings, NAME, memory_mib=128, cpus=0.5),
        stop_grace=5,
        init=True,
        stateful=False,
    )
