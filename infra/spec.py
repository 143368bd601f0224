"""The vocabulary of an environment: frozen models, validation and nothing else.

A service module builds these from the settings, a renderer turns them into resources. No Pulumi
type appears here, so a spec can be built, compared and printed without Pulumi or Docker.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

PortNumber = Annotated[int, Field(ge=1, le=65535)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
MIB: Final = 1024 * 1024
"""Bytes of the unit in which memory is given here."""


class Model(BaseModel):
    """A frozen model that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


SecretName = Literal[
    "postgres-password",
    "django-secret-key",
    "django-secret-key-previous",
    "searxng-secret",
    "admin-password",
    "offsite-secret-key",
    "offsite-delete-secret-key",
]
SECRET_LENGTH: Final = 64
"""Characters of a generated secret (Django asks for 50); letters and digits need no quoting."""


class SecretRef(Model):
    """The name of a secret, never its value; the renderer looks the value up."""

    name: SecretName


class RegistryImage(Model):
    """An image that a registry offers, by reference (``postgres:17.4``)."""

    reference: str = Field(min_length=1)


class BaseImage(Model):
    """An image that a Dockerfile builds on, and the build argument that names it."""

    argument: str
    image: RegistryImage


class BuiltImage(Model):
    """An image built from a folder of this repository, named by the content of that folder."""

    repository: Name
    context: str = Field(description="folder, relative to the repository")
    dockerfile: str = Field(default="Dockerfile", description="relative to the context")
    target: str = Field(description="stage of the Dockerfile")
    base: RegistryImage
    base_argument: str = Field(description="build argument that takes the base image")
    further: tuple[BaseImage, ...] = Field(default=(), description="images of other stages")
    parts: tuple[str, ...] = Field(
        default=(), description="of the context: what is in the image; all of it when none is named"
    )

    @property
    def bases(self) -> dict[str, RegistryImage]:
        """Every image the build starts from, by its build argument; the base comes first."""
        return {self.base_argument: self.base, **{f.argument: f.image for f in self.further}}


Image = RegistryImage | BuiltImage


class Port(Model):
    """A published port: ``ip:external -> internal``."""

    internal: PortNumber
    external: PortNumber
    ip: str = "127.0.0.1"
    host: str = Field(default="127.0.0.1", description="name by which a person reaches it")
    setting: str = Field(description="configuration key that moves it")


class Volume(Model):
    """A named volume. A protected one outlives every command of ours."""

    name: Name
    protected: bool = False


class VolumeMount(Model):
    """A named volume at a path of the container."""

    volume: Name
    path: str
    read_only: bool = False


class SourceMount(Model):
    """A folder of this repository, mounted for development."""

    source: str = Field(description="folder, relative to the repository")
    path: str
    read_only: bool = False


class TmpfsMount(Model):
    """Memory at a path, gone with the container."""

    path: str
    size_mib: int = Field(gt=0)


Mount = VolumeMount | SourceMount | TmpfsMount


class File(Model):
    """A file written into the container before it starts."""

    path: str
    content: tuple[str | SecretRef, ...] = Field(min_length=1, description="joined")
    permissions: str = Field(default="0444", pattern=r"^0[0-7]{3}$")
    owner: int = Field(default=0, ge=0, description="numeric user and group in the container")


class Network(Model):
    """A bridge network; ``internal`` means no route out."""

    name: Name
    internal: bool


class HealthCheck(Model):
    """How Docker asks the container whether it serves. All times are whole seconds."""

    test: tuple[str, ...] = Field(min_length=2, description="starts with CMD or CMD-SHELL")
    interval: int = Field(default=10, gt=0, description="while the last answer was not yes")
    rest: int = Field(default=15, ge=0, description="after a yes, beside the interval")
    timeout: int = Field(default=5, gt=0)
    retries: int = Field(default=6, gt=0)
    start_period: int = Field(default=60, ge=0)

    @property
    def patience(self) -> int:
        """Seconds after which a container that is not healthy will not become so."""
        return self.start_period + self.retries * (self.interval + self.timeout) + 5


class Limits(Model):
    """What a container may use at most."""

    memory_mib: int = Field(ge=6, description="Docker's own minimum is 6 MiB")
    cpus: float = Field(gt=0)
    processes: int = Field(
        default=4096,
        ge=256,
        description="RLIMIT_NPROC: processes and threads of the container's user on the machine",
    )


LOG_OPTIONS: Final = {"max-file": "3", "max-size": "10m"}
"""What every container may log at most, in the words of Docker's driver json-file."""


class Service(Model):
    """One container and all there is to know about how it runs."""

    name: Name
    image: Image
    networks: tuple[Name, ...] = Field(min_length=1)
    health: HealthCheck
    limits: Limits
    user: str = Field(description="the image's own, stated: Docker would fill it in")
    working_directory: str = Field(description="the image's own, stated likewise")
    stop_grace: int = Field(gt=0, description="seconds between the stop signal and the kill")
    init: bool = Field(description="a reaper as process 1, where the user never changes")
    stateful: bool = Field(description="replaced only after the old container has stopped")
    command: tuple[str, ...] | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    ports: tuple[Port, ...] = ()
    mounts: tuple[Mount, ...] = ()
    files: tuple[File, ...] = ()
    read_only: bool = Field(default=False, description="root file system; not with files")
    capabilities: tuple[str, ...] = Field(
        default=(), description="added back after all were dropped"
    )
    stop_signal: str | None = None
    shared_memory_mib: int = Field(default=64, gt=0)
    after: tuple[Name, ...] = Field(default=(), description="services that must be healthy first")

    @property
    def as_root(self) -> bool:
        """Whether the container's processes have the user number 0."""
        return self.user.partition(":")[0] in ("0", "root")

    @model_validator(mode="after")
    def _files_need_a_writable_root(self) -> Self:
        if self.read_only and self.files:
            raise ValueError(f"service {self.name}: Docker puts no files into a read-only root")
        return self


class Environment(Model):
    """Everything that one stack provisions."""

    name: str
    images_locked: bool = Field(default=False, description="runs only images of the lock file")
    services: tuple[Service, ...] = Field(min_length=1)
    networks: tuple[Network, ...]
    volumes: tuple[Volume, ...]

    def service(self, name: str) -> Service:
        """Return the service called ``name``; raise KeyError if there is none."""
        for service in self.services:
            if service.name == name:
                return service
        raise KeyError(name)

    @property
    def published_ports(self) -> tuple[Port, ...]:
        """Every port of this machine that the environment takes."""
        return tuple(port for service in self.services for port in service.ports)

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        names = [service.name for service in self.services]
        _no_duplicates("service", names)
        networks = {network.name for network in self.networks}
        volumes = {volume.name for volume in self.volumes}
        for position, service in enumerate(self.services):
            mounted = {mount.volume for mount in service.mounts if isinstance(mount, VolumeMount)}
            _known(service.name, "network", set(service.networks), networks)
            _known(service.name, "volume", mounted, volumes)
            _known(service.name, "earlier service", set(service.after), set(names[:position]))
        return self


def _no_duplicates(kind: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{kind} {', '.join(twice)} stands more than once")


def _known(service: str, kind: str, used: set[str], defined: set[str]) -> None:
    unknown = sorted(used - defined)
    if unknown:
        raise ValueError(f"service {service} names an unknown {kind}: {', '.join(unknown)}")
