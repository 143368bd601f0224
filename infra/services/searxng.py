"""SearXNG: the search engine that LedgerFlow asks; it alone needs a way to the internet."""

from typing import Final

from infra import conventions
from infra.services.common import limits, networks, port
from infra.settings import Settings
from infra.spec import File, HealthCheck, RegistryImage, SecretRef, Service, TmpfsMount

NAME: Final = "searxng"
PORT: Final = 8080
USER: Final = 977
SECRET: Final = "searxng-secret"  # noqa: S105 - the secret's name
SETTINGS_FILE: Final = "/run/secrets/searxng-settings.yml"
"""Beside other secrets and not in /etc/searxng: that is a VOLUME of the image, and an unnamed
volume with a secret in it would outlive its container."""

SETTINGS: Final = """\
use_default_settings: true
general:
  instance_name: LedgerFlow
search:
  formats: [html, json]
server:
  limiter: false
  image_proxy: false
  secret_key: \""""


def searxng(settings: Settings) -> Service:
    """Return the search engine with JSON results switched on."""
    ports = port(settings, NAME, PORT)
    content = (SETTINGS, SecretRef(name=SECRET), '"\n')
    return Service(
        name=NAME,
        image=RegistryImage(reference=settings.images.searxng),
        user=f"{USER}:{USER}",
        working_directory="/usr/local/searxng",
        networks=(*networks(ports), conventions.EGRESS_NETWORK),
        ports=ports,
        environment={"SEARXNG_SETTINGS_PATH": SETTINGS_FILE},
        mounts=(
            TmpfsMount(path="/tmp", size_mib=64),  # noqa: S108 - in the container
            TmpfsMount(path="/var/cache/searxng", size_mib=64),
            TmpfsMount(path="/etc/searxng", size_mib=1),
        ),
        files=(File(path=SETTINGS_FILE, content=content, permissions="0400", owner=USER),),
        health=HealthCheck(
            test=("CMD", "wget", "-q", "-O", "/dev/null", f"http://127.0.0.1:{PORT}/healthz"),
            interval=2,
        ),
        limits=limits(settings, NAME, memory_mib=512, cpus=1),
        stop_grace=10,
        init=True,
        stateful=False,
    )
