"""What a rule is: data that the policy pack, the guard, the hooks and the documentation share."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

IDENTIFIER: Final = re.compile(r"LF\d{3}")


class Level(Enum):
    """What a violation does, in Pulumi's words."""

    MANDATORY = "mandatory"
    REMEDIATE = "remediate"
    ADVISORY = "advisory"


class Layer(Enum):
    """Where a rule is enforced, from the outside in."""

    MAKE = "make targets"
    GUARD = "ledger_docker"
    AUTHORIZATION = "the Docker daemon's authorization plugin"
    SETTINGS = "the validation of the settings"
    PROGRAM = "the Pulumi program itself"
    POLICY = "the policy pack"
    MANAGE = "the application's manage.py"
    GIT = "the pre-push hook and CI"


class Sight(Enum):
    """How much a check must see at once."""

    RESOURCE = "each resource before it is created or changed"
    STACK = "all resources of a stack together, at the end of a preview or an update"
    COMMAND = "each command or request, before it is carried out"


@dataclass(frozen=True)
class Rule:
    """One rule. Raises ValueError when it is stated incompletely."""

    id: str
    """``LF`` and three digits; never used again for another rule."""
    slug: str
    """The rule's name in words, as part of the policy's name."""
    title: str
    sentence: str
    """What must be so, as one sentence."""
    why: str
    """What happens to somebody when it is not so."""
    sources: tuple[str, ...]
    """Numbers of the requirements, and where else the rule comes from."""
    applies_to: str
    remedy: str
    """What to change, as one sentence."""
    layers: tuple[Layer, ...] = (Layer.POLICY,)
    sight: Sight = Sight.RESOURCE
    level: Level = Level.MANDATORY
    reason: str = ""
    """Why the level is another one than mandatory."""
    exceptions: str = ""
    """Where the rule speaks but does not stop, and why."""

    def __post_init__(self) -> None:
        """Refuse a rule that nobody could look up, put right or enforce."""
        if not IDENTIFIER.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is no rule id: LF and three digits")
        for field in ("slug", "title", "sentence", "why", "sources", "applies_to", "remedy"):
            if not getattr(self, field):
                raise ValueError(f"{self.id} has no {field}")
        if not self.layers:
            raise ValueError(f"{self.id} is enforced by no layer")
        if (self.level is Level.MANDATORY) == bool(self.reason):
            raise ValueError(f"{self.id}: a level has a reason unless it is mandatory")

    @property
    def name(self) -> str:
        """Name of the policy: the id and the slug."""
        return f"{self.id}-{self.slug}"
