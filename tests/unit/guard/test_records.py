"""The quick dataclasses behave as those of ``dataclasses``."""

import copy
import dataclasses
import inspect
import pickle

import pytest

from guard import effects
from guard.audit.redaction import Arguments
from guard.effects import CreateContainer, Look, Mounted, RemoveVolume, StopContainer
from guard.records import asdict, dataclass, field, replace
from guard.world import Container, Volume

pytestmark = pytest.mark.guard


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 2
    tags: dict[str, str] = field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Slow:
    x: int
    y: int = 2
    tags: dict[str, str] = dataclasses.field(default_factory=dict)


def test_values_by_place_by_name_and_by_default():
    assert vars(Point(1)) == vars(Slow(1)) == {"x": 1, "y": 2, "tags": {}}
    assert vars(Point(y=3, x=1)) == vars(Slow(y=3, x=1))
    assert list(vars(Point(y=3, x=1))) == ["x", "y", "tags"]
    assert Point(1).tags is not Point(1).tags
    assert repr(Point(1)) == repr(Slow(1)).replace("Slow", "Point")


@pytest.mark.parametrize(
    ("values", "named"), [((), {}), ((1, 2, {}, 4), {}), ((1,), {"x": 1}), ((1,), {"z": 1})]
)
def test_wrong_values_are_errors(values, named):
    with pytest.raises(TypeError):
        Slow(*values, **named)
    with pytest.raises(TypeError, match="Point"):
        Point(*values, **named)


def test_equal_is_what_is_of_one_kind_and_says_the_same():
    assert Look("a") == Look("a")
    assert Look("a") != Look("b")
    assert Look("a") != StopContainer("a")
    assert RemoveVolume("a") in {RemoveVolume("a")}
    assert len({Look("a"), Look("a"), StopContainer("a")}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Point(1))


def test_nothing_is_changed():
    effect = RemoveVolume("a")
    for change in (
        lambda: setattr(effect, "volume", "b"),
        lambda: setattr(effect, "other", "b"),
        lambda: delattr(effect, "volume"),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert effect == RemoveVolume("a")


def test_dataclasses_knows_them():
    effect = CreateContainer(name="a", mounts=(Mounted("v", "/v"),))
    assert dataclasses.is_dataclass(effect)
    assert replace(effect, name="b").mounts == effect.mounts
    assert dataclasses.replace(effect, name="b") == replace(effect, name="b")
    with pytest.raises(TypeError):
        replace(effect, nonsense=1)
    assert asdict(effect)["mounts"] == (vars(Mounted("v", "/v")),)
    names = [f.name for f in dataclasses.fields(CreateContainer)]
    assert names == list(CreateContainer.__annotations__)
    assert dataclasses.asdict(Container("i", "n", mounts=())) == vars(Container("i", "n"))
    assert Volume("v").labels == {}


def test_they_are_copied_and_sent_to_other_processes():
    effect = Mounted("a", "/b", read_only=True)
    assert copy.deepcopy(effect) == effect
    assert pickle.loads(pickle.dumps(effect)) == effect
    match effect:
        case Mounted(source, target):
            assert (source, target) == ("a", "/b")


def test_a_class_keeps_its_own_way_to_be_shown():
    assert "canary" not in repr(Arguments(("login", "-p", "canary")))
    with pytest.raises(TypeError, match="frozen"):
        dataclass(frozen=False)


def test_every_effect_is_one():
    kinds = [
        k
        for _, k in inspect.getmembers(effects, inspect.isclass)
        if k.__module__ == effects.__name__
    ]
    assert len(kinds) > 20
    assert all(dataclasses.is_dataclass(kind) for kind in kinds)
