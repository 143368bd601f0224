"""The docker plugin: its resource types, its configuration, its functions."""

from airgap.plugins.docker.client import Docker
from airgap.plugins.docker.container.resource import Container
from airgap.plugins.docker.functions import FUNCTIONS
from airgap.plugins.docker.image.resource import Image
from airgap.plugins.docker.intents import Intents
from airgap.plugins.docker.network import Network
from airgap.plugins.docker.remote_image import RemoteImage
from airgap.plugins.docker.volume import Volume
from airgap.plugins.package import Package
from airgap.plugins.resource import Resource
from airgap.plugins.schema import is_empty
from airgap.plugins.values import Properties

NAME = "docker"
VERSION = "5.2.0"
_SUPPORTED = {"host", "context", "disableDockerDaemonCheck"}
_REFUSED = {
    "registryAuth": "pull private images with `docker pull` first",
    "sshOpts": "use a Docker context with the options in ~/.ssh/config",
    "caMaterial": "use DOCKER_CERT_PATH or a Docker context",
    "certMaterial": "use DOCKER_CERT_PATH or a Docker context",
    "keyMaterial": "use DOCKER_CERT_PATH or a Docker context",
    "certPath": "use DOCKER_CERT_PATH or a Docker context",
}
_ENGINE_OWN = {"version", "pluginDownloadURL", "parameterization"}


class DockerPackage(Package):
    """Stands for the official plugin `docker` 5.2.0."""

    name = NAME
    version = VERSION

    def __init__(self, intents: Intents | None = None) -> None:
        self._docker = Docker()
        known = intents or Intents.of_this_process()
        types: list[Resource] = [
            Container(self._docker, known),
            Image(self._docker),
            Network(self._docker, known),
            RemoteImage(self._docker),
            Volume(self._docker),
        ]
        self.resources = {resource.token: resource for resource in types}

    def check_config(self, news: Properties) -> list[str]:
        failures = []
        for key, value in news.items():
            if key in _SUPPORTED | _ENGINE_OWN or key.startswith("__") or is_empty(value):
                continue
            if value in ("[]", "{}"):
                continue  # complex configuration arrives as JSON text
            advice = _REFUSED.get(key, "remove it")
            failures.append(
                f"the provider's configuration '{key}' is not supported by LedgerFlow's stand-in "
                f"for the docker plugin; {advice}"
            )
        return failures

    def invoke(self, token: str, args: Properties) -> Properties:
        function = FUNCTIONS.get(token)
        return function(self._docker, args) if function else super().invoke(token, args)

    def configure(self, config: Properties) -> None:
        # The whole SDK, before the engine asks about resources from several threads: threads that
        # begin with different modules of it get half-made ones of each other.
        import docker  # noqa: F401, PLC0415

        self._docker.configure(config)
