"""What can go wrong in a plugin, in the form in which the engine is told."""

from dataclasses import dataclass, field

from airgap.plugins.values import Properties


class PluginError(Exception):
    """A failure that a person can understand and fix; its text is shown as it stands.

    The text says what happened and what to do, and never holds an input's value.
    """


@dataclass
class InitFailedError(Exception):
    """The resource exists but did not become ready.

    The engine keeps it in the state with the reasons, and the next `pulumi up` calls Update on it
    even when no input changed.
    """

    resource_id: str
    outputs: Properties
    inputs: Properties
    reasons: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "; ".join(self.reasons)
