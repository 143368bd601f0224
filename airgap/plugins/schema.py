"""How a resource's inputs are described: names, types, defaults, and what a change does.

The vocabulary is that of the official plugins, which are made from Terraform providers: a list
keeps its order, a set does not; `computed` means that the daemon fills the value when the program
says nothing; `replace` means that a change makes a new resource.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from airgap.plugins.values import Value

Shape = Literal["scalar", "list", "set", "map", "block", "blocks", "block_set"]
Kind = Literal["string", "integer", "number", "boolean"]
NESTED: tuple[Shape, ...] = ("block", "blocks", "block_set")
ZEROES: Mapping[Kind, Value] = {"string": "", "integer": 0, "number": 0, "boolean": False}


@dataclass(frozen=True)
class Field:
    """One property of a resource or of a nested block."""

    kind: Kind = "string"
    shape: Shape = "scalar"
    fields: Mapping[str, "Field"] | None = None  # of a nested block
    required: bool = False
    computed: bool = False
    replace: bool = False
    default: Value = None
    autonamed: bool = False
    output_only: bool = False
    # A value that differs from the zero value is refused in Check, with this advice.
    refused: str | None = None
    pattern: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    # Two values are the same when their normal forms are: `90s` and `1m30s`.
    normal: Callable[[Value], Value] | None = None
    # "" means "the image decides", as in the official plugin: no difference to any old value.
    blank_is_unset: bool = False

    def zero(self) -> Value:
        """What the daemon reports where nothing was asked for."""
        return ZEROES[self.kind] if self.shape == "scalar" else None

    def validate(self, value: Value) -> str | None:
        """Why a scalar value is not allowed, in the official plugins' words, or None."""
        if self.pattern is not None and not re.search(self.pattern, str(value)):
            return f"'{value}' doesn't match the pattern '{self.pattern}'"
        if self.minimum is not None and value < self.minimum:
            return f"'{value}' cannot be lower than {self.minimum}"
        if self.maximum is not None and value > self.maximum:
            return f"'{value}' cannot be higher than {self.maximum}"
        return None


Fields = Mapping[str, Field]


def inputs_of(fields: Fields) -> dict[str, Field]:
    """The fields that a program may set."""
    return {name: field for name, field in fields.items() if not field.output_only}


def block(fields: Fields, *, replace: bool = False, computed: bool = False) -> Field:
    """A nested object that occurs at most once."""
    return Field(shape="block", fields=fields, replace=replace, computed=computed)


def is_empty(value: Value) -> bool:
    """Whether a value says nothing: absent, zero, blank or without elements."""
    return value is None or value == 0 or value in ("", [], {})
