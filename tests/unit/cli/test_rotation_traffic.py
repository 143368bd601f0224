"""Requests go to the slot that stands by while the other is replaced, and nowhere else changes."""

import pytest

from cli.errors import UserError
from cli.rotation.traffic import preferring, slots
from infra.configuration import from_strings
from infra.environment import environment
from infra.services import caddy
from infra.settings import Settings

pytestmark = pytest.mark.unit


@pytest.fixture
def prod(stack_config):
    return environment(Settings.parse("prod", from_strings(stack_config("prod"))))


def test_the_serving_slot_is_the_one_behind_the_proxy(prod):
    assert [service.name for service in slots(prod)] == ["django-blue", "django-green"]


def test_a_development_server_has_no_slots(stack_config):
    dev = environment(Settings.parse("dev", from_strings(stack_config("dev"))))
    assert slots(dev) is None


def test_the_standby_comes_first_and_the_other_stays_as_second_choice(prod):
    (text,) = prod.service(caddy.NAME).files[0].content
    changed = preferring(text, active="django-blue", standby="django-green")
    assert "reverse_proxy django-green:8000 django-blue:8000 {" in changed
    assert "lb_policy first" in changed
    removed = set(text.splitlines()) - set(changed.splitlines())
    assert removed == {"\treverse_proxy django-blue:8000"}


def test_a_proxy_that_sends_elsewhere_is_left_alone():
    with pytest.raises(UserError, match="does not send its requests to django-blue"):
        preferring("reverse_proxy other:8000", active="django-blue", standby="django-green")
