"""A new value, unless there is one that does not run everywhere yet; the old key is kept."""

import json

import pytest

from cli.errors import UserError
from cli.rotation import configured, renewal
from cli.rotation.source import Source
from cli.rotation.state import CONTAINER_TYPE, PASSWORD_TYPE, Exported

pytestmark = pytest.mark.unit

STACK = "urn:pulumi:prod::ledgerflow::env$"
GENERATED, CONFIGURED = Source.GENERATED, Source.CONFIGURED


def resource(kind, name, value=None):
    urn = f"{STACK}{kind}::{name}"
    outputs = {"result": {"plaintext": json.dumps(value)}} if value else {}
    return {"type": kind, "urn": urn, "outputs": outputs}


@pytest.fixture
def configuration(monkeypatch):
    values = {}
    monkeypatch.setattr(configured, "read", lambda pulumi, name: values[name])
    monkeypatch.setattr(
        configured, "write", lambda pulumi, name, value: values.update({name: value})
    )
    return values


@pytest.fixture
def renew(configuration):
    def renew(name, source, running, generated=None):
        exported = Exported((resource(PASSWORD_TYPE, name, generated),) if generated else ())
        return renewal.renew(None, exported, name, source, set(running))

    return renew


def test_a_generated_secret_is_made_anew_by_the_run(renew, configuration):
    found = renew("postgres-password", GENERATED, ["a"], generated="a")
    assert found.replaced == (f"{STACK}{PASSWORD_TYPE}::postgres-password",)
    assert found.old == {"a"}
    assert configuration == {}


def test_a_configured_secret_gets_a_new_value_in_the_configuration(renew, configuration):
    configuration["postgres-password"] = "a"
    found = renew("postgres-password", CONFIGURED, ["a"])
    assert (found.replaced, found.old) == ((), {"a"})
    assert len(configuration["postgres-password"]) == 64


@pytest.mark.parametrize("running", [["a"], ["a", "b"], ["a", None]])
def test_a_value_that_does_not_run_everywhere_is_gone_on_with(renew, running, capsys):
    found = renew("postgres-password", GENERATED, running, generated="b")
    assert (found.replaced, found.old) == ((), {"a"})
    assert "going on with it" in capsys.readouterr().err


def test_a_value_that_a_person_set_is_taken(renew, configuration):
    configuration["searxng-secret"] = "mine"
    found = renew("searxng-secret", CONFIGURED, ["a"])
    assert (found.replaced, found.old) == ((), {"a"})
    assert configuration["searxng-secret"] == "mine"


def test_a_container_that_is_not_there_is_what_an_interruption_left(renew, configuration):
    found = renew("django-secret-key", GENERATED, ["a", None], generated="a")
    assert (found.replaced, found.old) == ((), frozenset())
    assert configuration == {}


def test_the_key_that_goes_is_kept_as_the_previous_one(renew, configuration):
    renew("django-secret-key", GENERATED, ["a"], generated="a")
    assert configuration == {"django-secret-key-previous": "a"}


@pytest.mark.parametrize("running", [["a"], ["a", "b"]])
def test_going_on_keeps_the_key_that_people_are_signed_in_with(renew, configuration, running):
    configuration["django-secret-key-previous"] = "older"
    renew("django-secret-key", GENERATED, running, generated="b")
    assert configuration == {"django-secret-key-previous": "a"}


def test_no_value_is_in_the_text_of_what_is_passed_around(renew):
    found = renew("postgres-password", GENERATED, ["canary"], generated="canary")
    exported = Exported((resource(PASSWORD_TYPE, "postgres-password", "canary"),))
    assert "canary" not in repr(found) + repr(exported)


def test_resources_are_found_by_type_and_name():
    exported = Exported(
        (
            resource(CONTAINER_TYPE, "postgres-password"),
            resource(PASSWORD_TYPE, "postgres-password", "x"),
            resource(CONTAINER_TYPE, "django-green"),
        )
    )
    assert exported.password("postgres-password") == f"{STACK}{PASSWORD_TYPE}::postgres-password"
    assert exported.passwords() == [exported.password("postgres-password")]
    assert exported.container("django-green") == f"{STACK}{CONTAINER_TYPE}::django-green"
    with pytest.raises(UserError, match="has not made searxng-secret"):
        exported.generated("searxng-secret")
