"""Diff: what the recorded decisions do not cover."""

import pytest

from airgap.plugins.diffing import Change, compare
from airgap.plugins.docker.package import DockerPackage
from airgap.plugins.resource import refreshed_inputs
from airgap.plugins.schema import Field
from airgap.plugins.values import UNKNOWN

pytestmark = pytest.mark.unit

FIELDS = {
    "limit": Field(kind="integer"),
    "auto": Field(replace=True, computed=True),
    "flag": Field(kind="boolean", replace=True),
    "names": Field(shape="set", replace=True),
    "order": Field(shape="list", replace=True),
    "options": Field(shape="map"),
    "rules": Field(
        shape="block_set", replace=True, fields={"key": Field(required=True), "value": Field()}
    ),
}


def changes(olds, news, old_inputs=None):
    found = compare(FIELDS, olds, news, olds if old_inputs is None else old_inputs)
    return {change.path: (change.action, change.replace) for change in found}


@pytest.mark.parametrize(
    ("olds", "news"),
    [
        ({"limit": 0}, {}),
        ({}, {"limit": 0}),
        ({"flag": None}, {"flag": False}),
        ({"names": ["a", "b"]}, {"names": ["b", "a"]}),
        ({"names": []}, {}),
        ({"options": None}, {"options": {}}),
        ({"auto": "by the daemon"}, {}),
        ({"rules": [{"key": "a", "value": ""}]}, {"rules": [{"key": "a", "__defaults": []}]}),
        (
            {"rules": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]},
            {"rules": [{"key": "b", "value": "2"}, {"key": "a", "value": "1"}]},
        ),
    ],
)
def test_the_same_said_differently_is_no_difference(olds, news):
    assert changes(olds, news) == {}


@pytest.mark.parametrize(
    ("olds", "news", "expected"),
    [
        ({"limit": 1}, {"limit": 2}, {"limit": ("update", False)}),
        ({"limit": 1}, {}, {"limit": ("delete", False)}),
        ({"flag": True}, {"flag": False}, {"flag": ("update", True)}),
        ({"auto": "x"}, {"auto": "y"}, {"auto": ("update", True)}),
        (
            {"order": ["a", "b"]},
            {"order": ["b", "a"]},
            {"order[0]": ("update", True), "order[1]": ("update", True)},
        ),
        ({"order": ["a"]}, {"order": ["a", "b"]}, {"order[1]": ("add", True)}),
        ({"names": ["a", "b"]}, {"names": ["a"]}, {"names[1]": ("delete", True)}),
        ({"names": ["a"]}, {}, {"names": ("delete", True)}),
        (
            {"options": {"a": "1"}},
            {"options": {"a": "1", "b-c": "2"}},
            {'options["b-c"]': ("add", False)},
        ),
        ({"rules": []}, {"rules": [{"key": "a"}]}, {"rules": ("add", True)}),
    ],
)
def test_a_difference_has_its_path_and_consequence(olds, news, expected):
    assert changes(olds, news) == expected


def test_what_the_program_never_said_is_the_daemons_business():
    assert changes({"limit": 128}, {}, old_inputs={}) == {}


def test_what_the_program_no_longer_says_is_a_difference():
    assert changes({"limit": 128}, {}, old_inputs={"limit": 128}) == {"limit": ("delete", False)}


@pytest.mark.parametrize(
    ("news", "path"),
    [
        ({"limit": UNKNOWN}, "limit"),
        ({"names": UNKNOWN}, "names"),
        ({"rules": [{"key": UNKNOWN}]}, "rules"),
    ],
)
def test_an_unknown_value_is_a_difference(news, path):
    olds = {"limit": 1, "names": ["a"], "rules": [{"key": "a", "value": ""}]}
    assert path in changes(olds, {**olds, **news})


def test_a_given_name_deletes_before_it_replaces_and_a_made_name_does_not():
    network = DockerPackage().resources["docker:index/network:Network"]
    assert network.deletes_first({"name": "n", "__defaults": ["ipamDriver"]})
    assert not network.deletes_first({"name": "n-1", "__defaults": ["name"]})


def test_a_container_always_deletes_before_it_replaces():
    container = DockerPackage().resources["docker:index/container:Container"]
    assert container.deletes_first({"name": "c-1", "__defaults": ["name"]})


def test_a_change_knows_its_top_level_property():
    assert Change('logOpts["max-size"]', "update", replace=True).top == "logOpts"
    assert Change("ports[0].ip", "update", replace=True).top == "ports"


def test_a_refresh_takes_over_only_what_changed_outside():
    inputs = {"a": 1, "b": 2, "__defaults": []}
    assert refreshed_inputs(inputs, {"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == {
        "a": 1,
        "b": 3,
        "__defaults": [],
    }
