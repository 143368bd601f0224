"""What to do when a container of the wanted name is already there.

A run of `pulumi up` that was killed may have made the container without recording it. Such a
left-over has exactly the labels the program asks for, LedgerFlow's among them, and this project
had declared that it would make it. It is stopped with its grace period, removed and made anew.
Any other container of that name stays untouched.
"""

from typing import TYPE_CHECKING

from airgap.plugins.docker import labels
from airgap.plugins.docker.container.removal import remove
from airgap.plugins.docker.intents import Intents
from airgap.plugins.errors import PluginError
from airgap.plugins.resource import Call
from airgap.plugins.values import Properties

if TYPE_CHECKING:
    from docker import APIClient


def clear_leftover(client: "APIClient", call: Call, inputs: Properties, intents: Intents) -> None:
    """Make room for a container named as in `inputs`; raises PluginError for a stranger."""
    from docker.errors import NotFound  # noqa: PLC0415

    name = inputs["name"]
    try:
        found = client.inspect_container(name)
    except NotFound:
        return
    if found["Name"].lstrip("/") != name:
        return  # the daemon also finds containers by the beginning of their id
    wanted = labels.to_map(inputs.get("labels"))
    if not intents.declared(call.urn, name) or not _ours(client, found, wanted):
        message = (
            f"a container named '{name}' already exists ({found['Id'][:12]}) and this stack did "
            f"not make it. Remove or rename it (`docker rename {name} {name}_old`), or adopt it "
            f"with `pulumi import docker:index/container:Container {call.name} {found['Id'][:12]}`"
        )
        raise PluginError(message)
    call.log.info(f"replacing {name} ({found['Id'][:12]}), left over by an interrupted run")
    remove(client, found["Id"], inputs)


def _ours(client: "APIClient", found: Properties, wanted: dict[str, str]) -> bool:
    """Whether the found container's own labels (without its image's) are the wanted ones."""
    carried = found["Config"].get("Labels") or {}
    return labels.is_ours(own_labels(client, found, carried, wanted), wanted)


def own_labels(
    client: "APIClient", found: Properties, carried: dict[str, str], wanted: dict[str, str]
) -> dict[str, str]:
    """`carried` without those that only the container's image brought along."""
    image = image_config(client, found["Image"])
    inherited: dict[str, str] = image.get("Labels") or {}
    return {k: v for k, v in carried.items() if k in wanted or inherited.get(k) != v}


def image_config(client: "APIClient", image: str) -> Properties:
    """The config of an image; empty when the image is gone."""
    from docker.errors import ImageNotFound, NotFound  # noqa: PLC0415

    try:
        found: Properties = client.inspect_image(image)  # type: ignore[no-untyped-call]
    except (ImageNotFound, NotFound):
        return {}
    config: Properties = found.get("Config") or {}
    return config
