"""`docker:index/remoteImage:RemoteImage`: an image that is there, pulled if it was not."""

from typing import TYPE_CHECKING

from airgap.plugins.docker.client import Docker, explanation
from airgap.plugins.errors import PluginError
from airgap.plugins.resource import Call, Live, Resource
from airgap.plugins.schema import Field, Fields
from airgap.plugins.values import Properties, without_defaults

if TYPE_CHECKING:
    from docker import APIClient

FIELDS: Fields = {
    "name": Field(replace=True, required=True),
    "platform": Field(replace=True),
    "pullTriggers": Field(shape="set", replace=True),
    "triggers": Field(shape="map", replace=True),
    "keepLocally": Field(kind="boolean"),
    "forceRemove": Field(kind="boolean"),
    "build": Field(shape="block", fields={}, refused="build images with docker.Image instead"),
    "imageId": Field(output_only=True),
    "repoDigest": Field(output_only=True),
}
META = (
    '{"e2bfb730-ecaa-11e6-8f88-34363bc7c4c0":{"create":1200000000000,"delete":1200000000000,'
    '"update":1200000000000}}'
)


class RemoteImage(Resource):
    """An image by name. An image that is already there is not pulled again."""

    token = "docker:index/remoteImage:RemoteImage"  # noqa: S105
    plugin = "docker"
    fields = FIELDS

    def __init__(self, docker: Docker) -> None:
        self._docker = docker

    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        given = without_defaults(inputs)
        name = given["name"]
        with self._docker.call(f"pull the image '{name}'") as client:
            found = _local(client, name)
            if found is None:
                _pull(self._docker.patient(), call, name, given.get("platform"))
                found = client.inspect_image(name)  # type: ignore[no-untyped-call]
        return found["Id"] + name, _outputs(found, given)

    def read(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Live | None:
        del call
        given = without_defaults(inputs)
        name = given.get("name") or olds.get("name") or _name_in(resource_id)
        with self._docker.call(f"read the image '{name}'") as client:
            found = _local(client, name)
        if found is None:
            return None
        live_inputs = inputs if olds.get("name") else {"name": name}
        return Live(found["Id"] + name, live_inputs, _outputs(found, {**given, "name": name}))

    def update(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Properties:
        del resource_id
        _, outputs = self.create(call, inputs)
        return {**olds, **outputs}

    def delete(self, call: Call, resource_id: str, olds: Properties) -> None:
        del call
        if olds.get("keepLocally"):
            return
        from docker.errors import NotFound  # noqa: PLC0415

        name = olds.get("name") or _name_in(resource_id)
        with self._docker.call(f"remove the image '{name}'") as client:
            try:
                client.remove_image(name, force=bool(olds.get("forceRemove")))
            except NotFound:
                return


def _local(client: "APIClient", name: str) -> Properties | None:
    from docker.errors import NotFound  # noqa: PLC0415

    try:
        found: Properties = client.inspect_image(name)  # type: ignore[no-untyped-call]
    except NotFound:
        return None
    return found


def _pull(client: "APIClient", call: Call, name: str, platform: str | None) -> None:
    """Pull with progress; raises PluginError with the registry's answer."""
    from docker.errors import APIError  # noqa: PLC0415

    repository, tag = _split(name)
    try:
        stream = client.pull(repository, tag=tag, platform=platform, stream=True, decode=True)
        for message in stream:
            if "error" in message:
                raise PluginError(_not_pulled(name, message["error"]))
            layer = f" {message['id']}" if message.get("id") else ""
            progress = message.get("progress", "")
            call.log.status(f"{message.get('status', '')}{layer} {progress}".strip())
    except APIError as error:
        raise PluginError(_not_pulled(name, explanation(error))) from error


def _not_pulled(name: str, answer: str) -> str:
    return (
        f"cannot pull the image '{name}': {answer}. Check the name and the way to the registry, or "
        f"load the image into this engine first: an image that is there is not pulled"
    )


def _split(name: str) -> tuple[str, str | None]:
    """The repository and the tag (or digest) to pull; without either, `latest`."""
    if "@" in name:
        return name, None
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        return head, tag
    return name, "latest"


def _name_in(resource_id: str) -> str:
    """The image's name out of an id: `sha256:` and 64 digits come before it."""
    length = len("sha256:") + 64
    return resource_id[length:] if resource_id.startswith("sha256:") else resource_id


def _outputs(found: Properties, given: Properties) -> Properties:
    digests = found.get("RepoDigests") or []
    repository = _split(given["name"].split("@")[0])[0]
    own = [digest for digest in digests if digest.split("@")[0] == repository]
    return {
        "__meta": META,
        "id": found["Id"] + given["name"],
        "name": given["name"],
        "imageId": found["Id"],
        "repoDigest": next(iter([*own, *digests]), ""),
        "keepLocally": given.get("keepLocally"),
        "forceRemove": given.get("forceRemove"),
        "platform": given.get("platform"),
        "pullTriggers": given.get("pullTriggers"),
        "triggers": given.get("triggers"),
        "build": None,
    }
