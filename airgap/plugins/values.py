"""Property values as Python objects, and their form on the wire.

The wire form is a protobuf `Struct` with markers for what JSON cannot say: unknown values during a
preview, secrets, assets. The markers are those of `pulumi/runtime/rpc.py` in the `pulumi` package.
The plugins do not accept secrets (`accept_secrets=False`): the engine then hands over plain values
and marks every output as secret whose input of the same name held one. A plugin only marks what it
made itself, a generated password for one.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

from google.protobuf import struct_pb2

# A property is JSON plus `UNKNOWN` and `Secret`; code narrows it by the schema, not by its type.
Value: TypeAlias = Any
Properties: TypeAlias = dict[str, Any]

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker of the wire format
OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
REFUSED_KINDS = {
    "c44067f5952c0a294b673a41bacd8c17": "an asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
    "5cf8f73096256a8f31e491e813e4eb8e": "a resource reference",
}
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_MARKERS = {
    UNKNOWN_STRING,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}


class Unknown:
    """A value that is only known once another resource has been created."""

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that the state keeps encrypted; it never prints itself."""

    value: Value

    def __repr__(self) -> str:
        return "<secret>"


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """Properties out of a request; secrets are unwrapped, whole numbers become `int`."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _from_value(value: struct_pb2.Value) -> Value:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWN_MARKERS else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        return _from_marked(value.struct_value)
    return None


def _from_marked(struct: struct_pb2.Struct) -> Value:
    marker = struct.fields.get(SIGNATURE)
    if marker is None:
        return from_struct(struct)
    if marker.string_value == SECRET:
        return _from_value(struct.fields["value"])
    if marker.string_value == OUTPUT_VALUE:
        return _from_value(struct.fields["value"]) if "value" in struct.fields else UNKNOWN
    return from_struct(struct)


def to_struct(properties: Properties) -> struct_pb2.Struct:
    """Properties as a response carries them."""
    struct = struct_pb2.Struct()
    for key, value in properties.items():
        _fill(struct.fields[key], value)
    return struct


def _fill(target: struct_pb2.Value, value: Value) -> None:
    if value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, Unknown):
        target.string_value = UNKNOWN_STRING
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int | float):
        target.number_value = float(value)
    elif isinstance(value, str):
        target.string_value = value
    elif isinstance(value, Secret):
        fields = target.struct_value.fields
        fields[SIGNATURE].string_value = SECRET
        _fill(fields["value"], value.value)
    elif isinstance(value, dict):
        target.struct_value.SetInParent()
        for key, item in value.items():
            _fill(target.struct_value.fields[key], item)
    else:
        target.list_value.SetInParent()
        for item in value:
            _fill(target.list_value.values.add(), item)


def has_unknown(value: Value) -> bool:
    """Whether a value holds `UNKNOWN` anywhere."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return isinstance(value, Unknown)


def kind_refused(value: Value) -> str | None:
    """The name of a kind of value that no input here accepts (asset, archive, reference)."""
    return REFUSED_KINDS.get(str(value.get(SIGNATURE))) if isinstance(value, dict) else None


def without_defaults(value: Value) -> Value:
    """Inputs without the `__defaults` lists that Check adds at every level."""
    if isinstance(value, dict):
        return {k: without_defaults(v) for k, v in value.items() if k != "__defaults"}
    if isinstance(value, list):
        return [without_defaults(item) for item in value]
    return value
