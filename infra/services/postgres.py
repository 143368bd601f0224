"""PostgreSQL: the one place where transactions and documents' texts live."""

from typing import Final

from infra import conventions
from infra.services.common import limits, networks, port
from infra.settings import Settings
from infra.spec import HealthCheck, RegistryImage, Service, TmpfsMount, VolumeMount

NAME: Final = "postgres"
PORT: Final = 5432
DATABASE: Final = "ledgerflow"
DATA: Final = "/var/lib/postgresql/data"
"""Where the image keeps its databases, and declares a volume."""
USER: Final = "ledgerflow"
SYSTEM_USER: Final = 999
"""Number of the user ``postgres`` in the image; the server's files are its own."""
PASSWORD: Final = "postgres-password"  # noqa: S105 - the secret's name
FIRST_PASSWORD_FILE: Final = "/proc/sys/kernel/random/uuid"  # noqa: S105 - a path
"""A new random value at every reading: the role's password until the application is created.

Nobody needs to know it (:mod:`infra.database_role` sets the real one), and a server that is given
no secret goes on running when the secret is rotated.
"""


def postgres(settings: Settings) -> Service:
    """Return the database server; its data directory is the protected volume."""
    ports = port(settings, NAME, PORT)
    return Service(
        name=NAME,
        image=RegistryImage(reference=settings.images.postgres),
        user=f"{SYSTEM_USER}:{SYSTEM_USER}",
        working_directory="/",
        networks=networks(ports),
        environment={
            "POSTGRES_DB": DATABASE,
            "POSTGRES_USER": USER,
            "POSTGRES_PASSWORD_FILE": FIRST_PASSWORD_FILE,
            "PGDATA": DATA,
        },
        ports=ports,
        mounts=(
            VolumeMount(volume=conventions.DB_VOLUME, path=DATA),
            TmpfsMount(path="/tmp", size_mib=64),  # noqa: S108 - in the container
            TmpfsMount(path="/var/run/postgresql", size_mib=1),
        ),
        read_only=True,
        health=HealthCheck(
            # over TCP: the server of the first initialisation listens on its socket only
            test=("CMD", "pg_isready", "-h", "127.0.0.1", "-U", USER, "-d", DATABASE),
            interval=1,
            start_period=90,
        ),
        limits=limits(settings, NAME, memory_mib=1024, cpus=2),
        stop_grace=90,
        stop_signal="SIGINT",  # a fast shutdown: sessions end, everything is flushed
        shared_memory_mib=256,
        init=False,  # the server reaps its own processes
        stateful=True,
    )
