"""`docker:index/volume:Volume`.

Docker's create is idempotent: a volume of the wanted name that is already there is taken over with
its data, as with the official plugin. That is how a protected volume, kept by `retain_on_delete`,
comes back.
"""

from airgap.plugins.docker import labels
from airgap.plugins.docker.client import Docker
from airgap.plugins.docker.labels import LABELS
from airgap.plugins.errors import PluginError
from airgap.plugins.resource import Call, Live, Resource, refreshed_inputs
from airgap.plugins.schema import Field, Fields
from airgap.plugins.values import Properties, without_defaults

FIELDS: Fields = {
    "name": Field(replace=True, autonamed=True),
    "driver": Field(replace=True, computed=True),
    "driverOpts": Field(shape="map", replace=True),
    "labels": LABELS,
    "cluster": Field(
        shape="block", fields={}, refused="cluster volumes need Docker Swarm; leave it out"
    ),
    "mountpoint": Field(output_only=True),
}
META = '{"schema_version":"1"}'


class Volume(Resource):
    """A named volume."""

    token = "docker:index/volume:Volume"  # noqa: S105
    plugin = "docker"
    fields = FIELDS

    def __init__(self, docker: Docker) -> None:
        self._docker = docker

    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        given = without_defaults(inputs)
        name = given["name"]
        with self._docker.call(f"create the volume '{name}'") as client:
            client.create_volume(
                name,
                driver=given.get("driver") or "local",
                driver_opts=given.get("driverOpts"),
                labels=labels.to_map(given.get("labels")),
            )
            found = client.inspect_volume(name)
        if (found.get("Labels") or {}) != labels.to_map(given.get("labels")):
            # Labels of a volume cannot be changed, and its data is worth more than its labels.
            call.log.info(f"took over the existing volume {name}; it keeps its own labels")
        return name, _outputs(found, given)

    def read(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Live | None:
        del call
        from docker.errors import NotFound  # noqa: PLC0415

        with self._docker.call(f"read the volume '{resource_id}'") as client:
            try:
                found = client.inspect_volume(resource_id)
            except NotFound:
                return None
        given = without_defaults(inputs)
        if not olds.get("name"):
            given = inputs = _imported(found)
        state = _outputs(found, given)
        if olds and not given.get("labels"):
            state["labels"] = olds.get("labels")
        return Live(resource_id, refreshed_inputs(inputs, olds or state, state), state)

    def update(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Properties:
        del call, resource_id, inputs
        return olds  # every input replaces; only a failed initialisation would come here

    def delete(self, call: Call, resource_id: str, olds: Properties) -> None:
        del call, olds
        from docker.errors import APIError, NotFound  # noqa: PLC0415

        with self._docker.call(f"remove the volume '{resource_id}'") as client:
            try:
                client.remove_volume(resource_id)
            except NotFound:
                return
            except APIError as error:
                if error.status_code != 409:
                    raise
                message = (
                    f"cannot remove the volume '{resource_id}': a container still uses it. "
                    f"Find it with `docker ps -a --filter volume={resource_id}` and remove it"
                )
                raise PluginError(message) from error


def _outputs(found: Properties, given: Properties) -> Properties:
    return {
        "__meta": META,
        "id": found["Name"],
        "name": found["Name"],
        "driver": found["Driver"],
        "driverOpts": found.get("Options") or None,
        "mountpoint": found["Mountpoint"],
        "cluster": None,
        # As the program gave them: a volume that was taken over keeps its own (see `create`).
        "labels": given.get("labels"),
    }


def _imported(found: Properties) -> Properties:
    inputs = {
        "name": found["Name"],
        "driver": found["Driver"],
        "driverOpts": found.get("Options"),
        "labels": labels.to_pairs(found.get("Labels")),
    }
    return {key: value for key, value in inputs.items() if value}
