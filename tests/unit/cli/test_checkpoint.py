"""The state of a stack is read, and a damaged one is named together with its newest good copy."""

import json
import os

import pytest

from cli import checkpoint

pytestmark = pytest.mark.unit

GOOD = {"version": 3, "checkpoint": {"latest": {"resources": [{"type": "x"}]}}}


@pytest.fixture
def state(tmp_path):
    path = tmp_path / ".pulumi" / "stacks" / "ledgerflow" / "dev.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(GOOD))
    return path


def finished(state, number, text):
    folder = state.parents[2] / "history" / "ledgerflow" / "dev"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"dev-{number}.checkpoint.json"
    path.write_text(text)
    os.utime(path, (number, number))
    return path


def test_the_latest_deployment_is_read(state):
    assert checkpoint.read(state) == {"resources": [{"type": "x"}]}


def test_a_stack_without_any_update_has_nothing(state):
    state.write_text('{"checkpoint": {"stack": "dev"}}')
    assert checkpoint.read(state) == {}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (json.dumps(GOOD).encode()[:30], "cut off"),
        (b"\xff\xfe\x00garbage", "not text"),
        (b"garbage", "cut off or overwritten"),
        (b"[]", "no checkpoint"),
        (b'{"checkpoint": null}', "no checkpoint"),
    ],
)
def test_damage_is_told_in_one_line(state, content, why):
    state.write_bytes(content)
    with pytest.raises(checkpoint.DamagedError, match=why) as damage:
        checkpoint.read(state)
    error = checkpoint.damaged(state, damage.value)
    assert str(state) in error.what
    assert "data are untouched" in error.what
    assert "put a copy of dev.json in its place" in error.remedy


def test_the_newest_copy_that_can_be_read_is_named(state):
    state.write_text("")
    finished(state, 100, json.dumps(GOOD))
    newest = finished(state, 200, json.dumps(GOOD))
    finished(state, 300, "{")
    backup = state.with_name("dev.json.bak")
    backup.write_text(json.dumps(GOOD))
    os.utime(backup, (150, 150))
    error = checkpoint.damaged(state, checkpoint.DamagedError("it is empty"))
    assert f"cp {newest} {state}," in error.remedy
