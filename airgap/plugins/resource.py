"""What a resource type has to offer; the servicer speaks gRPC with the engine on its behalf."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event

from airgap.plugins.checking import Checker
from airgap.plugins.diffing import Change, compare
from airgap.plugins.schema import Fields, inputs_of
from airgap.plugins.values import UNKNOWN, Properties, without_defaults


@dataclass(frozen=True)
class Call:
    """One request of the engine: which resource, where to report, and whether to hurry."""

    urn: str
    log: "Log"
    cancelled: Event

    @property
    def name(self) -> str:
        """The logical name in the program."""
        return self.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True)
class Log:
    """Messages to the person at the terminal, attached to one resource."""

    info: Callable[[str], None]
    status: Callable[[str], None]  # ephemeral: replaced by the next, gone at the end


@dataclass(frozen=True)
class Naming:
    """How the engine wants a name made when the program gives none."""

    logical_name: str
    seed: bytes
    proposed: str | None = None
    enforced: bool = False
    disabled: bool = False


@dataclass(frozen=True)
class Checked:
    """The outcome of Check."""

    inputs: Properties
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """The outcome of Diff; `detailed` is False where the official plugin gives no paths."""

    changes: list[Change]
    delete_before_replace: bool = False
    detailed: bool = True


@dataclass(frozen=True)
class Live:
    """A resource as it is: its id, and its state and inputs as they should be recorded."""

    resource_id: str
    inputs: Properties
    outputs: Properties


class Resource(ABC):
    """One resource type. `Create`, `Update` and `Delete` are called by several threads at once."""

    token: str
    plugin: str
    fields: Fields
    marks_defaults = True

    def check(self, news: Properties, olds: Properties, naming: Naming) -> Checked:
        """Validate the inputs and fill in defaults; needs no daemon."""
        checker = Checker(naming.logical_name, self.plugin, self.marks_defaults)
        names = autonames(self.fields, news, olds, naming, checker)
        inputs = checker.check(self.fields, news, names)
        return Checked(inputs, checker.failures)

    def diff(self, old_inputs: Properties, olds: Properties, news: Properties) -> Difference:
        """Compare the recorded state with new inputs; needs no daemon."""
        changes = compare(self.fields, olds, news, old_inputs)
        return Difference(changes, self.deletes_first(news))

    def deletes_first(self, news: Properties) -> bool:
        """Whether a replacement must remove the old one first: its name was given by hand."""
        named = [name for name, spec in self.fields.items() if spec.autonamed]
        return any(name not in news.get("__defaults", []) for name in named if name in news)

    def preview(self, call: Call, inputs: Properties, olds: Properties) -> Properties:
        """The outputs as far as they are known before anything is done; `olds` of an update."""
        del call
        known = without_defaults(inputs)
        if olds:
            return {**olds, **known}
        unknown = {
            name: UNKNOWN
            for name, spec in self.fields.items()
            if name not in known and (spec.computed or spec.output_only)
        }
        return {**unknown, **known}

    @abstractmethod
    def create(self, call: Call, inputs: Properties) -> tuple[str, Properties]:
        """Make the resource; returns its id and outputs."""

    @abstractmethod
    def read(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Live | None:
        """The resource as it is now, or None when it is gone. No `olds` means an import."""

    @abstractmethod
    def update(
        self, call: Call, resource_id: str, inputs: Properties, olds: Properties
    ) -> Properties:
        """Apply changes in place; returns the outputs."""

    @abstractmethod
    def delete(self, call: Call, resource_id: str, olds: Properties) -> None:
        """Remove the resource; one that is already gone is fine."""


def autonames(
    fields: Fields, news: Properties, olds: Properties, naming: Naming, checker: Checker
) -> Mapping[str, str]:
    """Names for the fields that get one when the program gives none; an old one is kept."""
    names: dict[str, str] = {}
    for name, spec in inputs_of(fields).items():
        if not spec.autonamed or news.get(name) is not None:
            continue
        if name in olds.get("__defaults", []) and name in olds:
            names[name] = olds[name]
        elif naming.disabled:
            checker.failures.append(
                f"Missing required argument '{name}': automatic naming is switched off. "
                f"Examine values at '{naming.logical_name}.{name}'."
            )
        else:
            names[name] = naming.proposed or f"{naming.logical_name}-{naming.seed.hex()[:7]}"
    return names


def refreshed_inputs(inputs: Properties, olds: Properties, news: Properties) -> Properties:
    """The inputs after a refresh: those properties that changed outside take their new value."""
    result = dict(inputs)
    for name in inputs:
        if name != "__defaults" and name in news and news[name] != olds.get(name):
            result[name] = news[name]
    return result
