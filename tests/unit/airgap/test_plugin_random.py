"""The random plugin's values."""

import base64
from threading import Event

import bcrypt
import pytest

from airgap.plugins.random.generate import SPECIAL, demands, random_string
from airgap.plugins.random.package import RandomPackage
from airgap.plugins.resource import Call, Log, Naming
from airgap.plugins.values import UNKNOWN, Secret

pytestmark = pytest.mark.unit

RESOURCES = RandomPackage().resources
PASSWORD = RESOURCES["random:index/randomPassword:RandomPassword"]
STRING = RESOURCES["random:index/randomString:RandomString"]
ID = RESOURCES["random:index/randomId:RandomId"]
CALL = Call("urn:pulumi:dev::p::t::n", Log(print, print), Event())
NAMING = Naming("pw", b"seed")


def test_a_password_has_its_length_and_is_secret():
    identity, state = PASSWORD.create(CALL, {"length": 24, "special": False})
    assert identity == state["id"] == "none"
    assert isinstance(state["result"], Secret)
    assert len(state["result"].value) == 24
    assert state["result"].value.isalnum()
    assert bcrypt.checkpw(state["result"].value.encode(), state["bcryptHash"].value.encode())


def test_a_long_password_is_hashed_as_far_as_bcrypt_goes():
    _, state = PASSWORD.create(CALL, {"length": 100})
    first = state["result"].value.encode()[:72]
    assert bcrypt.checkpw(first, state["bcryptHash"].value.encode())


def test_two_passwords_differ():
    values = {PASSWORD.create(CALL, {"length": 16})[1]["result"].value for _ in range(20)}
    assert len(values) == 20


@pytest.mark.parametrize("kind", ["minLower", "minUpper", "minNumeric", "minSpecial"])
def test_demands_are_met(kind):
    inputs = {"length": 8, kind: 8}
    _, state = STRING.create(CALL, inputs)
    alphabet = {
        "minLower": str.islower,
        "minUpper": str.isupper,
        "minNumeric": str.isdecimal,
        "minSpecial": lambda text: all(c in SPECIAL for c in text),
    }[kind]
    assert alphabet(state["result"])


def test_only_the_given_special_characters_are_used():
    options = {"length": 50, "lower": False, "upper": False, "numeric": False}
    _, state = STRING.create(CALL, {**options, "overrideSpecial": "_-"})
    assert set(state["result"]) <= {"_", "-"}


def test_every_character_of_the_alphabet_occurs():
    options = dict.fromkeys(("lower", "upper", "numeric", "special"), True)
    least = {f"min{k}": 0 for k in ("Lower", "Upper", "Numeric", "Special")}
    text = random_string(20_000, demands({**options, **least}, SPECIAL))
    assert len(set(text)) == 26 + 26 + 10 + len(SPECIAL)


def test_the_inputs_stay_as_the_program_gave_them():
    assert PASSWORD.check({"length": 24}, {}, NAMING).inputs == {"length": 24}


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({}, "'length' is required"),
        ({"length": 0}, "pw.length"),
        ({"length": 4, "minLower": 5}, "pw.length"),
        (
            {"length": 4, **dict.fromkeys(("lower", "upper", "numeric", "special"), False)},
            "at least one",
        ),
        ({"length": 4, "lengths": 5}, "'lengths'"),
    ],
)
def test_a_contradiction_is_named(inputs, named):
    (failure,) = PASSWORD.check(inputs, {}, NAMING).failures
    assert named in failure


def test_the_old_name_of_numeric_still_counts():
    _, state = STRING.create(CALL, {"length": 40, "number": False})
    assert not any(c.isdecimal() for c in state["result"])
    assert STRING.diff({}, state, {"length": 40, "numeric": False}).changes == []


def test_leaving_a_default_out_is_no_difference():
    _, state = STRING.create(CALL, {"length": 8, "upper": True})
    assert STRING.diff({}, state, {"length": 8}).changes == []


def test_removed_keepers_make_a_new_value():
    inputs = {"length": 8, "keepers": {"k": "1"}}
    _, state = STRING.create(CALL, inputs)
    assert STRING.diff(inputs, state, inputs).changes == []
    assert [c.top for c in STRING.diff(inputs, state, {"length": 8}).changes] == ["keepers"]


def test_a_preview_knows_everything_but_the_value():
    state = PASSWORD.preview(CALL, {"length": 8}, {})
    assert state["length"] == 8
    assert state["result"].value is UNKNOWN


def test_a_read_keeps_the_value_secret():
    live = PASSWORD.read(CALL, "none", {"length": 3}, {"result": "abc", "bcryptHash": "h"})
    assert live.outputs["result"] == Secret("abc")


def test_a_password_is_imported_by_its_value():
    live = PASSWORD.read(CALL, "hunter22", {}, {})
    assert live.resource_id == "none"
    assert live.outputs["result"] == Secret("hunter22")
    assert PASSWORD.diff(live.inputs, live.outputs, {"length": 8}).changes == []


def test_an_id_is_the_same_bytes_in_every_notation():
    identity, state = ID.create(CALL, {"byteLength": 8, "prefix": "p-"})
    value = bytes.fromhex(state["hex"].removeprefix("p-"))
    assert len(value) == 8
    assert int(state["dec"].removeprefix("p-")) == int.from_bytes(value, "big")
    assert base64.b64decode(state["b64Std"].removeprefix("p-")) == value
    assert state["b64Url"] == f"p-{identity}"
    assert "=" not in identity


def test_an_id_is_imported_with_its_prefix():
    identity, state = ID.create(CALL, {"byteLength": 5, "prefix": "p-"})
    live = ID.read(CALL, f"p-,{identity}", {}, {})
    assert (live.resource_id, live.outputs) == (identity, state)


def test_another_resource_is_refused_by_name():
    with pytest.raises(Exception, match="RandomPet is not supported by LedgerFlow's stand-in"):
        RandomPackage().resource("random:index/randomPet:RandomPet")
