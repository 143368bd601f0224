"""What Pulumi intends to do, as typed models; values of inputs are not among them."""

from enum import Enum

from pydantic import BaseModel, ConfigDict

CONTAINER = "docker:index/container:Container"
VOLUME = "docker:index/volume:Volume"
PASSWORD = "random:index/randomPassword:RandomPassword"  # noqa: S105 - a resource type


class Model(BaseModel):
    """A frozen model that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Action(Enum):
    """What happens to one resource, in the words of the report."""

    CREATE = "created"
    UPDATE = "changed"
    REPLACE = "replaced"
    DELETE = "removed"
    FORGET = "let go"
    """It leaves the state and stays on the daemon (``retain_on_delete``)."""
    IMPORT = "adopted"


class Step(Model):
    """One resource that would not stay as it is."""

    urn: str
    type: str
    name: str
    action: Action
    fields: tuple[str, ...] = ()
    """Names of the inputs that differ."""
    forcing: tuple[str, ...] = ()
    """Those of them that cannot be changed in place."""
    delete_first: bool = False
    """Replaced only after the old one is gone."""
    protected: bool = False
    physical_name: str | None = None
    """Its name on the daemon, where the program says it."""

    @property
    def kind(self) -> str:
        """The last part of the type: ``Container``."""
        return self.type.rsplit(":", maxsplit=1)[-1]

    @property
    def is_component(self) -> bool:
        """Whether it only groups others: nothing on the daemon."""
        return self.type.startswith(("ledgerflow:", "pulumi:pulumi:Stack"))


class Violation(Model):
    """A rule that spoke."""

    pack: str
    rule: str
    level: str
    resource: str
    message: str

    @property
    def stops(self) -> bool:
        """Whether ``pulumi up`` would refuse because of it."""
        return self.level == "mandatory"


class Plan(Model):
    """A whole preview; ``errors`` is empty when it came to its end."""

    steps: tuple[Step, ...]
    reads: tuple[str, ...] = ()
    """Names of what was only looked up, such as another stack's outputs."""
    violations: tuple[Violation, ...] = ()
    packs: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    complete: bool = True

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that change something on the daemon or in the state."""
        return tuple(step for step in self.steps if not step.is_component)
