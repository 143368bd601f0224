"""What every service module says the same way."""

from infra import conventions
from infra.settings import ServiceName, Settings
from infra.spec import File, Limits, Port, SecretName, SecretRef

SECRETS_FOLDER = "/run/secrets"


def secret_file(name: SecretName, *, owner: int = 0) -> File:
    """Return the file through which the user ``owner`` of a container reads a secret."""
    return File(
        path=f"{SECRETS_FOLDER}/{name}",
        content=(SecretRef(name=name),),
        permissions="0400",
        owner=owner,
    )


def port(settings: Settings, name: str, internal: int) -> tuple[Port, ...]:
    """Return the development port of a service on loopback, or nothing when it is not set."""
    external = settings.ports.published().get(name)
    if external is None:
        return ()
    return (Port(internal=internal, external=external, setting=f"ports.{name}"),)


def networks(ports: tuple[Port, ...] = ()) -> tuple[str, ...]:
    """Return the networks of a service: Docker publishes no port of an internal network."""
    if ports:
        return (conventions.EDGE_NETWORK, conventions.INTERNAL_NETWORK)
    return (conventions.INTERNAL_NETWORK,)


def limits(settings: Settings, name: ServiceName, *, memory_mib: int, cpus: float) -> Limits:
    """Return the configured limits of a service, or the given defaults."""
    return settings.limits.get(name, Limits(memory_mib=memory_mib, cpus=cpus))
