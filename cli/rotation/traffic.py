"""Which slot of the application gets the requests while the other is being replaced.

The proxy's file says who serves. For the time of a rotation the running proxy is told otherwise
through its administration interface, which drops no request. The configured slot stays in the list
as the second choice, so a rotation that dies here leaves an environment that serves.
"""

import docker
import docker.errors
from docker.models.containers import Container

from cli.errors import UserError
from infra import conventions
from infra.database_role import read_file
from infra.execution import execute
from infra.services import caddy, django
from infra.services.caddyfile import UPSTREAM_PORT
from infra.spec import Environment, Service

RELOAD = ["caddy", "reload", "--adapter", "caddyfile", "--config"]
PREFERENCE = """\
reverse_proxy {standby}:{port} {active}:{port} {{
	lb_policy first
	lb_try_duration 5s
	lb_try_interval 100ms
	fail_duration 2s
}}"""


def slots(spec: Environment) -> tuple[Service, Service] | None:
    """Return the slot that serves and the one that stands by; None where there is one or none."""
    found = django.slots(spec)
    serving = [service for service in found if service.name in spec.service(caddy.NAME).after]
    if len(found) != 2 or len(serving) != 1:
        return None
    return serving[0], next(service for service in found if service is not serving[0])


def to_standby(spec: Environment, client: docker.DockerClient) -> None:
    """Send requests to the slot that stands by; to the other one while that does not answer."""
    pair = slots(spec)
    if pair is None:
        return
    path = spec.service(caddy.NAME).files[0].path
    text = read_file(_proxy(spec, client), path)
    _reload(spec, client, "-", preferring(text, active=pair[0].name, standby=pair[1].name))


def as_configured(spec: Environment, client: docker.DockerClient) -> None:
    """Send requests where the proxy's file says; nothing happens when they go there already."""
    if slots(spec) is not None:
        _reload(spec, client, spec.service(caddy.NAME).files[0].path)


def preferring(caddyfile: str, *, active: str, standby: str) -> str:
    """Return the proxy's file with ``standby`` before ``active``. Raises UserError."""
    line = f"reverse_proxy {active}:{UPSTREAM_PORT}"
    if caddyfile.count(line) != 1:
        raise UserError(
            f"the proxy does not send its requests to {active} alone",
            "make up brings the environment to its configuration; then run this again",
        )
    both = PREFERENCE.format(active=active, standby=standby, port=UPSTREAM_PORT)
    return caddyfile.replace(line, both)


def _reload(spec: Environment, client: docker.DockerClient, source: str, given: str = "") -> None:
    container = _proxy(spec, client)
    try:
        finished = execute(container, [*RELOAD, source], given)
    except docker.errors.APIError as error:
        raise _unwilling(spec, str(error)) from None
    if finished.code != 0:
        raise _unwilling(spec, (finished.errors.strip().splitlines() or ["no message"])[-1])


def _proxy(spec: Environment, client: docker.DockerClient) -> Container:
    return client.containers.get(conventions.container_name(spec.name, caddy.NAME))


def _unwilling(spec: Environment, words: str) -> UserError:
    return UserError(
        f"the proxy did not take its new configuration: {words}",
        f"look into: make logs ENV={spec.name} SERVICE={caddy.NAME}; then run the command again",
    )
