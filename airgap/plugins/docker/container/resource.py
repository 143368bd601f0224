"""`docker:index/container:Container`."""

from typing import TYPE_CHECKING

from airgap.plugins.docker.client import Docker
from airgap.plugins.docker.container import mounts, networks, uploads, waiting
from airgap.plugins.docker.container.fields import FIELDS
from airgap.plugins.docker.container.imported import imported
from airgap.plugins.docker.container.leftovers import clear_leftover
from airgap.plugins.docker.container.outputs import outputs
from airgap.plugins.docker.container.removal import remove
from airgap.plugins.docker.container.spec import (
    MEGABYTE,
    create_request,
    restart_policy,
    swap_bytes,
)
from airgap.plugins.docker.intents import Intents
from airgap.plugins.errors import InitFailedError, PluginError
from airgap.plugins.resource import Call, Checked, Live, Naming, Resource, refreshed_inputs
from airgap.plugins.values import Properties, without_defaults

if TYPE_CHECKING:
    from docker import APIClient

_UPDATED = (
    "restart",
    "maxRetryCount",
    "memory",
    "memorySwap",
    "memoryReservation",
    "cpuShares",
    "cpuSet",
    "cpuPeriod",
    "cpuQuota",
)
_START_INTERVAL_SINCE = (1, 44)


class Container(Resource):
    """A container: made, connected, filled, started and waited for in one step."""

    token = "docker:index/container:Container"  # noqa: S105
    plugin = "docker"
    fields = FIELDS

    def __init__(self, docker: Docker, intents: Intents) -> None:
        self._docker = docker
        self._intents = intents

    def check(self, news: Properties, olds: Properties, naming: Naming) -> Checked:
        checked = super().check(news, olds, naming)
        extra = [*uploads.check(checked.inputs), *mounts.check_options(checked.inputs)]
        named = [f"{reason}. Examine values at '{naming.logical_name}'." for reason in extra]
        return Checked(checked.inputs, [*checked.failures, *named])

    def deletes_first(self, news: Properties) -> bool:
        """Always: two containers cannot share a name or a published port."""
        del news
        return True

    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        given = without_defaults(inputs)
        with self._docker.call(f"create the container '{given['name']}'") as client:
            _check_engine(client, given)
            clear_leftover(client, call, given, self._intents)
            self._intents.declare(call.urn, given["name"])
            identity = _make(client, call, given)
            problem = _start(client, call, identity, given)
            state = outputs(client.inspect_container(identity), inputs)
        if problem:
            raise InitFailedError(identity, state, inputs, [f"{given['name']}: {problem}"])
        return identity, state

    def read(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Live | None:
        del call
        from docker.errors import NotFound  # noqa: PLC0415

        with self._docker.call(f"read the container {resource_id[:12]}") as client:
            try:
                inspect = client.inspect_container(resource_id)
            except NotFound:
                return None
            if not olds.get("image"):
                inputs = imported(client, inspect)
        state = _as_before(outputs(inspect, inputs), olds)
        return Live(inspect["Id"], refreshed_inputs(inputs, olds or state, state), state)

    def update(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Properties:
        given = without_defaults(inputs)
        with self._docker.call(f"update the container '{given['name']}'") as client:
            if any(given.get(name) != olds.get(name) for name in _UPDATED):
                _apply_limits(client, resource_id, given)
            problem = _settle(client, call, resource_id, given)
            state = outputs(client.inspect_container(resource_id), inputs)
        if problem:
            raise InitFailedError(resource_id, state, inputs, [f"{given['name']}: {problem}"])
        return state

    def delete(self, call: Call, resource_id: str, olds: Properties) -> None:
        with self._docker.call(f"remove the container '{olds.get('name')}'") as client:
            remove(client, resource_id, olds)
        self._intents.withdraw(call.urn, str(olds.get("name")))


def _check_engine(client: "APIClient", given: Properties) -> None:
    """Refuse what this daemon would silently drop."""
    version = tuple(int(part) for part in client.api_version.split("."))
    start_interval = (given.get("healthcheck") or {}).get("startInterval", "0s")
    if start_interval not in ("0s", "0", "") and version < _START_INTERVAL_SINCE:
        message = (
            f"healthcheck.startInterval needs the Docker API 1.44; this engine speaks "
            f"{client.api_version}. Remove it, or use a newer engine"
        )
        raise PluginError(message)


def _make(client: "APIClient", call: Call, given: Properties) -> str:
    """Create, connect and fill the container; when a step fails nothing is left behind."""
    answer: Properties = client.create_container_from_config(  # type: ignore[no-untyped-call]
        create_request(given), given["name"], given.get("platform")
    )
    identity = str(answer["Id"])
    for warning in answer.get("Warnings") or []:
        call.log.info(f"Docker: {warning}")
    try:
        networks.connect(client, identity, given.get("networksAdvanced", []))
        uploads.send(client, identity, given.get("uploads", []))
    except Exception:
        client.remove_container(identity, v=True, force=True)
        raise
    return identity


def _start(client: "APIClient", call: Call, identity: str, given: Properties) -> str | None:
    """Start the container and wait for it; why it is not as wanted, or None."""
    from docker.errors import APIError  # noqa: PLC0415

    if not given.get("start", True):
        return None
    try:
        client.start(identity)
    except APIError:
        # A taken port, a missing device: the container never ran, so nothing of it is kept.
        client.remove_container(identity, v=True, force=True)
        raise
    if given.get("wait"):
        call.log.status("waiting until it is healthy")
    return waiting.trouble(client, call, identity, given)


def _settle(client: "APIClient", call: Call, identity: str, given: Properties) -> str | None:
    """After an update: a container that must run is started, and waited for where asked."""
    running = client.inspect_container(identity)["State"]["Running"]
    if not given.get("mustRun", True) or not given.get("start", True):
        return None
    if not running:
        client.start(identity)
    return waiting.trouble(client, call, identity, given)


def _apply_limits(client: "APIClient", identity: str, given: Properties) -> None:
    options = {
        "restart_policy": restart_policy(given),
        "mem_limit": given.get("memory", 0) * MEGABYTE,
        "memswap_limit": swap_bytes(given.get("memorySwap", 0)),
        "mem_reservation": given.get("memoryReservation", 0) * MEGABYTE,
        "cpu_shares": given.get("cpuShares"),
        "cpuset_cpus": given.get("cpuSet"),
        "cpu_period": given.get("cpuPeriod"),
        "cpu_quota": given.get("cpuQuota"),
    }
    client.update_container(identity, **{k: v for k, v in options.items() if v})


def _as_before(state: Properties, olds: Properties) -> Properties:
    """The state with the recorded values where both mean the same, so that a refresh is silent."""
    for name, value in olds.items():
        if name in state and state[name] in (None, [], {}, "", 0) and not value:
            state[name] = value
    return state
