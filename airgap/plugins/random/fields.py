"""Inputs and outputs of the random resources. Any change makes a new value."""

from airgap.plugins.schema import Field, Fields

_KEEPERS = Field(shape="map", replace=True)


def _count() -> Field:
    return Field(kind="integer", replace=True, default=0, minimum=0)


def _flag() -> Field:
    return Field(kind="boolean", replace=True, default=True)


STRING: Fields = {
    "length": Field(kind="integer", required=True, replace=True, minimum=1),
    "keepers": _KEEPERS,
    "lower": _flag(),
    "upper": _flag(),
    "number": _flag(),
    "numeric": _flag(),
    "special": _flag(),
    "minLower": _count(),
    "minUpper": _count(),
    "minNumeric": _count(),
    "minSpecial": _count(),
    "overrideSpecial": Field(replace=True),
    "result": Field(output_only=True),
}
PASSWORD: Fields = {**STRING, "bcryptHash": Field(output_only=True)}
ID: Fields = {
    "byteLength": Field(kind="integer", required=True, replace=True, minimum=1),
    "keepers": _KEEPERS,
    "prefix": Field(replace=True),
    "b64Std": Field(output_only=True),
    "b64Url": Field(output_only=True),
    "dec": Field(output_only=True),
    "hex": Field(output_only=True),
}
