"""Time zones: the same names as in the list of them, which is seldom made."""

from zoneinfo import available_timezones

import pytest

from infra import time_zones
from infra.time_zones import is_time_zone

pytestmark = pytest.mark.unit


@pytest.fixture
def list_is_not_made(monkeypatch):
    def fail():
        raise AssertionError("the list of all zones was made")

    monkeypatch.setattr(time_zones, "available_timezones", fail)


def test_every_zone_of_the_list_is_one():
    known = available_timezones()
    assert {"UTC", "Europe/Zurich"} <= known
    assert [name for name in known if not is_time_zone(name, without_database=False)] == []


@pytest.mark.parametrize("name", ["UTC", "Europe/Zurich", "America/Argentina/Ushuaia"])
def test_a_zone_is_known_without_the_list(list_is_not_made, name):
    assert is_time_zone(name, without_database=False)


@pytest.mark.parametrize(
    "name",
    [
        # other copies of the zones, which open where a machine has them
        *("posixrules", "posix/Europe/Zurich", "right/Europe/Zurich"),
        # of the database, and no zones
        *("Europe", "zone.tab", "tzdata.zi"),
        # no path within it
        *("", "Europe/", "Europe//Zurich", "/etc/localtime", "../Europe/Zurich"),
        *("a\0b", "a" * 300),
        "Mars/Olympus",
    ],
)
def test_what_is_not_in_the_list_is_none(name):
    assert not is_time_zone(name, without_database=True)


@pytest.mark.parametrize("answer", [True, False])
def test_a_machine_without_zones_answers_as_it_is_told(monkeypatch, answer):
    monkeypatch.setattr(time_zones, "_opens", lambda _name: False)
    monkeypatch.setattr(time_zones, "available_timezones", set)
    assert is_time_zone("Europe/Zurich", without_database=answer) is answer
