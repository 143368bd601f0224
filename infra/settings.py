"""The typed settings of one environment, read once from its stack's configuration.

All mistakes are collected and reported together (requirement I9), each with its key, the value
and what is allowed. Values of secrets are never repeated in a message.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from ipaddress import AddressValueError, IPv4Address
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from infra import conventions
from infra.spec import Limits, PortNumber, SecretName
from infra.time_zones import is_time_zone

NAMESPACE = conventions.PROJECT
QUOTES = '"\\'
"""What would end or alter a quoted value in the file that a service reads its secret from."""

ServiceName = Literal[
    "postgres", "redis", "searxng", "django", "worker", "beat", "adminer", "caddy"
]
Slot = Literal["blue", "green"]
Reference = Annotated[str, Field(pattern=r"^[a-z0-9][\w.:/@-]*$")]
"""An image's name as Docker takes it: with a tag, a digest, a registry, or none of them."""


class SettingsError(ValueError):
    """The configuration has mistakes; ``mistakes`` holds one line for each."""

    def __init__(self, source: str, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        noun = "mistake" if len(self.mistakes) == 1 else "mistakes"
        lines = "\n".join(f"  {mistake}" for mistake in self.mistakes)
        super().__init__(f"{source} has {len(self.mistakes)} {noun}:\n{lines}")


class Section(BaseModel):
    """A frozen part of the configuration that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ports(Section):
    """Published ports; one that is not set is not published."""

    django: PortNumber | None = None
    postgres: PortNumber | None = None
    redis: PortNumber | None = None
    adminer: PortNumber | None = None
    searxng: PortNumber | None = None
    public: PortNumber | None = None
    http: PortNumber | None = None
    https: PortNumber | None = None

    def published(self) -> dict[str, int]:
        """Return port by name, only those that are published."""
        return {name: port for name, port in self.model_dump().items() if port is not None}

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        uses = Counter(self.published().values())
        for port in sorted(port for port, count in uses.items() if count > 1):
            names = sorted(name for name, used in self.published().items() if used == port)
            raise ValueError(f"port {port} is given to {' and '.join(names)}; each needs its own")
        return self


class Images(Section):
    """References of the images; in dev a tag will do."""

    postgres: Reference = "postgres:17.4"
    redis: Reference = "redis:7.2"
    searxng: Reference = "searxng/searxng:latest"
    adminer: Reference = "adminer:5"
    caddy: Reference = "caddy:2"
    python: Reference = "python:3.13-slim"


class Django(Section):
    """How the application runs: as one developer's server, or in slots behind Caddy."""

    stage: Literal["dev", "prod"] = "prod"
    slots: tuple[Slot, ...] = Field(default=(), max_length=2)
    active: Slot | None = None

    @property
    def services(self) -> tuple[str, ...]:
        """Names of the application's services, one for each slot."""
        return tuple(f"django-{slot}" for slot in self.slots) or ("django",)

    @property
    def upstream(self) -> str:
        """Name of the service that Caddy sends requests to."""
        return f"django-{self.active}" if self.active else "django"

    @model_validator(mode="after")
    def _active_slot_exists(self) -> Self:
        if len(set(self.slots)) != len(self.slots):
            raise ValueError("a slot stands twice in slots")
        if (self.active in self.slots) != bool(self.slots) or (self.active and not self.slots):
            raise ValueError("active must name one of slots, and nothing when there are none")
        return self


def is_address(host: str) -> bool:
    """Tell whether a host is an IPv4 address and no name."""
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True


def _host(text: str) -> str:
    """Refuse what a browser takes for an address that is none (URL standard, host parsing)."""
    if text.rsplit(".", 1)[-1].isdigit() and not is_address(text):
        raise ValueError("it ends in a number and is no IPv4 address")
    return text


HOST = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*$"
Host = Annotated[str, Field(pattern=HOST), AfterValidator(_host)]
"""A name in the local network, such as ``books`` or ``books.lan``, or an IPv4 address."""


SearchLanguage = Literal[
    "danish", "dutch", "english", "finnish", "french", "german", "hungarian", "italian",
    "norwegian", "portuguese", "romanian", "russian", "simple", "spanish", "swedish", "turkish",
]  # fmt: skip
"""Languages whose endings the application's search knows; ``simple`` takes words as they are."""


class Settings(Section):
    """All that distinguishes one environment from another."""

    environment: str
    debug: bool = False
    adminer: bool = False
    domain: str | None = Field(default=None, pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    hosts: tuple[Host, ...] = ()
    time_zone: str = Field(default="UTC", pattern=r"^[A-Za-z][\w+/-]*$")
    search_language: SearchLanguage = "english"
    admin_username: str | None = Field(default=None, pattern=r"^[\w.@+-]{1,150}$")
    django: Django = Django()
    ports: Ports = Ports()
    images: Images = Images()
    images_locked: bool | None = None
    limits: dict[ServiceName, Limits] = Field(default_factory=dict)
    secrets: Mapping[SecretName, SecretStr] = Field(default_factory=dict)

    @property
    def locks_images(self) -> bool:
        """Whether every image must be in the lock file, as in environments of people's own data."""
        return self.environment in conventions.LOCKED_ENVIRONMENTS or bool(self.images_locked)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not conventions.is_environment(self.environment):
            names = ", ".join(conventions.ENVIRONMENTS)
            raise ValueError(
                f"{self.environment!r} is no environment; known are {names} and test-<name>"
            )
        if self.images_locked is False and self.locks_images:
            raise ValueError(f"images_locked is false, but {self.environment} is always locked")
        if self.ports.adminer is not None and not self.adminer:
            raise ValueError("ports.adminer is set, but adminer is not true")
        automatic = (self.ports.http, self.ports.https)
        if self.domain is None and any(automatic):
            raise ValueError("ports.http and ports.https need a domain; ports.public needs none")
        if self.domain is not None and not (self.ports.public and all(automatic)):
            raise ValueError("domain is set; it needs ports.public, ports.http and ports.https")
        if self.hosts and (self.domain is not None or self.ports.public is None):
            raise ValueError("hosts is set; it needs ports.public, and goes without a domain")
        if sum(map(is_address, self.hosts)) > 1:
            raise ValueError(
                "hosts names two addresses; one at most, and as many names as you like"
            )
        return self

    @field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, name: str) -> str:
        if not is_time_zone(name, without_database=True):
            raise ValueError("no such time zone; they are named like Europe/Zurich")
        return name

    @field_validator("secrets")
    @classmethod
    def _one_line_each(
        cls, secrets: Mapping[SecretName, SecretStr]
    ) -> Mapping[SecretName, SecretStr]:
        for name, value in secrets.items():
            text = value.get_secret_value()
            if not text or not text.isprintable() or set(text) & set(QUOTES):
                raise ValueError(f'{name} must be one line of text, not empty, without " and \\')
        return secrets

    @classmethod
    def parse(cls, stack: str, config: Mapping[str, object]) -> Self:
        """Validate the configuration of ``stack``, keys as Pulumi gives them (``ledgerflow:x``).

        Keys of other namespaces belong to providers and are left to them. Raises SettingsError.
        """
        prefix = f"{NAMESPACE}:"
        own = {key.removeprefix(prefix): config[key] for key in config if key.startswith(prefix)}
        if "environment" in own:
            message = f"{prefix}environment: unknown key; the stack's name is the environment"
            raise SettingsError(_source(stack), [message])
        try:
            return cls.model_validate({**own, "environment": stack})
        except ValidationError as error:
            raise SettingsError(_source(stack), map(_mistake, error.errors())) from None


def _source(stack: str) -> str:
    return f"Pulumi.{stack}.yaml"


def _mistake(error: ErrorDetails) -> str:
    location = [str(part) for part in error["loc"]]
    if location == ["environment"] or not location:
        return _sentence(error)
    key = f"{NAMESPACE}:{'.'.join(part for part in location if part != '[key]')}"
    if error["type"] == "extra_forbidden":
        return f"{key}: unknown key; {_known_keys(location[:-1])}"
    if location[0] == "secrets" or isinstance(error["input"], Mapping):
        return f"{key}: {_sentence(error)}"
    return f"{key} = {error['input']!r}: {_sentence(error)}"


def _sentence(error: ErrorDetails) -> str:
    message = error["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _known_keys(section: list[str]) -> str:
    models: dict[str, type[BaseModel]] = {"ports": Ports, "images": Images, "django": Django}
    model = models.get(section[0], Limits) if section else Settings
    names = sorted(name for name in model.model_fields if name != "environment")
    return f"known are {', '.join(names)}"
