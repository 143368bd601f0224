"""Values as rules see them: unknown, encrypted, proxied; and that no rule repeats one."""

import json
from dataclasses import replace

import pytest
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy
from rule_cases import BASES, all_cases, around, resource

from policies.judge import alone, judge
from policies.plain import SECRET_SIGNATURE, SIGNATURE, UNKNOWN_TEXTS, plain
from policies.view import Hidden

pytestmark = pytest.mark.policy

CANARY = "canary-7d1f0c"
CONTAINERS = [name for name, base in BASES.items() if base["type"].endswith("Container")]


@pytest.mark.parametrize("text", sorted(UNKNOWN_TEXTS))
def test_unknown_is_marked_also_behind_the_proxy(text):
    props = {"a": text, "b": [text, {"c": text, "d": 1}], "e": "known"}
    expected = {"a": Hidden.UNKNOWN, "b": [Hidden.UNKNOWN, {"c": Hidden.UNKNOWN, "d": 1}]}
    expected["e"] = "known"
    assert plain(props) == expected
    assert plain(unknown_checking_proxy(props)) == expected


def test_secrets_are_marked_in_every_form():
    cipher = {SIGNATURE: SECRET_SIGNATURE, "ciphertext": "AAAA"}
    assert plain({"a": cipher, "b": ["[secret]"]}) == {"a": Hidden.SECRET, "b": [Hidden.SECRET]}
    clear = {"a": {SIGNATURE: SECRET_SIGNATURE, "value": CANARY}, "b": {"c": ["x"]}}
    proxied = unknown_checking_proxy(deserialize_properties(clear, proxy_secrets=True))
    assert plain(proxied) == {"a": Hidden.SECRET, "b": {"c": ["x"]}}


def test_scalars_stay_and_strange_objects_are_hidden():
    assert plain([None, True, 1, 1.5, "x"]) == [None, True, 1, 1.5, "x"]
    assert plain(object()) is Hidden.UNKNOWN
    assert plain({"__defaults": ["a"], "b": 1}) == {"b": 1}


def variants(value, put):
    """Yield copies of a value, in each of which one place, at any depth, was replaced."""
    yield put
    if isinstance(value, dict):
        for key, inner in value.items():
            for changed in variants(inner, put):
                yield {**value, key: changed}
    if isinstance(value, list):
        for position, inner in enumerate(value):
            for changed in variants(inner, put):
                yield [*value[:position], changed, *value[position + 1 :]]


STRANGE = [Hidden.UNKNOWN, Hidden.SECRET, None, [], {}, "", 0, -1, True, [[]], [None], {"x": None}]


@pytest.mark.parametrize("base", sorted(BASES))
@pytest.mark.parametrize("put", STRANGE, ids=repr)
def test_no_shape_of_input_makes_a_rule_fail(base, put):
    made = resource(base, stack="prod")
    for key, value in made.props.items():
        for changed in variants(value, put):
            judge([replace(made, props={**made.props, key: changed})], around())


@pytest.mark.parametrize("base", CONTAINERS)
def test_an_unknown_value_is_no_violation(base):
    made = resource(base, stack="prod")
    for key, value in made.props.items():
        for changed in variants(value, Hidden.UNKNOWN):
            found = list(alone([replace(made, props={**made.props, key: changed})], around()))
            assert found == [], (key, changed)


def findings(number, **changes):
    return [
        (violation.path, violation.what)
        for violation in alone([resource("container", **changes)], around())
        if violation.rule == number
    ]


def test_a_capability_is_named_only_when_it_is_one():
    reaches = "reaches beyond the container"
    added = {"set": {"capabilities.adds": ["SYS_ADMIN", f"NET {CANARY}"]}}
    place = "capabilities.adds"
    assert findings("LF018", **added) == [
        (place, f"one of them {reaches}"),
        (place, f"SYS_ADMIN {reaches}"),
    ]


def canaried(value):
    """Replace what may be a secret: values of variables and labels, contents, paths, words."""
    if isinstance(value, dict):
        return {k: v if k == "label" else canaried(v) for k, v in value.items()}
    if isinstance(value, list):
        return [canaried(v) for v in value]
    if isinstance(value, str) and not isinstance(value, Hidden):
        name, assigned, _ = value.partition("=")
        return f"{name}={CANARY}" if assigned else f"{value}{CANARY}"
    return value


def test_no_message_repeats_a_value():
    """Each fixture, its values replaced by a canary, as a whole and one property at a time."""
    spoke = set()
    for case in all_cases():
        for made in case.resources:
            for props in (canaried(made.props), *one_canary_each(made.props)):
                for violation in judge([replace(made, props=props)], case.around):
                    spoke.add(violation.rule)
                    text = f"{violation} {json.dumps(violation.data())}"
                    assert CANARY not in text
    assert len(spoke) > 30


def one_canary_each(props):
    for key in props:
        yield {**props, key: canaried(props[key])}
