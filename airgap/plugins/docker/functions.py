"""Functions of the docker plugin: looking up what is there without managing it."""

from collections.abc import Callable, Mapping

from airgap.plugins.docker.client import Docker
from airgap.plugins.docker.network import described
from airgap.plugins.errors import PluginError
from airgap.plugins.values import Properties


def get_network(docker: Docker, args: Properties) -> Properties:
    """`docker.get_network(name=…)`: a network's driver, address ranges, options and labels."""
    from docker.errors import NotFound  # noqa: PLC0415

    name = args.get("name", "")
    with docker.call(f"look up the network '{name}'") as client:
        try:
            found = client.inspect_network(name)
        except NotFound as error:
            message = f"there is no network '{name}'; list them with `docker network ls`"
            raise PluginError(message) from error
    state = described(found)
    names = ("driver", "id", "internal", "ipamConfigs", "name", "options", "scope")
    return {key: state[key] for key in names}


def get_remote_image(docker: Docker, args: Properties) -> Properties:
    """`docker.get_remote_image(name=…)`: an image's id and digest."""
    from docker.errors import NotFound  # noqa: PLC0415

    name = args.get("name", "")
    with docker.call(f"look up the image '{name}'") as client:
        try:
            found: Properties = client.inspect_image(name)  # type: ignore[no-untyped-call]
        except NotFound as error:
            message = f"there is no image '{name}'; list them with `docker images`"
            raise PluginError(message) from error
    digests = found.get("RepoDigests") or []
    return {"id": found["Id"], "name": name, "repoDigest": next(iter(digests), "")}


FUNCTIONS: Mapping[str, Callable[[Docker, Properties], Properties]] = {
    "docker:index/getNetwork:getNetwork": get_network,
    "docker:index/getRemoteImage:getRemoteImage": get_remote_image,
}
