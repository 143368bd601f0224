"""Properties survive the way to the engine and back."""

import pytest
from google.protobuf import struct_pb2

from airgap.plugins.values import (
    SECRET,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_STRING,
    Secret,
    from_struct,
    has_unknown,
    to_struct,
)

pytestmark = pytest.mark.unit


def test_properties_come_back_as_they_went():
    properties = {
        "text": "a",
        "whole": 3,
        "half": 0.5,
        "yes": True,
        "nothing": None,
        "list": [1, "b", [], {}],
        "object": {"empty": {}, "nested": {"x": -1}},
        "later": UNKNOWN,
    }
    assert from_struct(to_struct(properties)) == properties


def test_a_whole_number_comes_back_as_an_integer():
    assert isinstance(from_struct(to_struct({"n": 5.0}))["n"], int)


def test_a_secret_is_marked_on_the_wire_and_unwrapped_on_the_way_back():
    struct = to_struct({"password": Secret("hunter2")})
    marked = struct.fields["password"].struct_value.fields
    assert marked[SIGNATURE].string_value == SECRET
    assert from_struct(struct) == {"password": "hunter2"}


def test_a_secret_never_prints_itself():
    assert "hunter2" not in repr({"password": Secret("hunter2")})


def test_an_unknown_output_value_is_unknown():
    struct = struct_pb2.Struct()
    output = struct.fields["image"].struct_value.fields
    output[SIGNATURE].string_value = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
    assert from_struct(struct) == {"image": UNKNOWN}


def test_unknown_is_found_at_any_depth():
    assert to_struct({"a": UNKNOWN}).fields["a"].string_value == UNKNOWN_STRING
    assert has_unknown({"a": [{"b": UNKNOWN}]})
    assert not has_unknown({"a": [{"b": "c"}]})
