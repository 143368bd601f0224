"""The words that rules know, one by one: a word that falls out of a list is missed here."""

import pytest
from rule_cases import around, resource

from policies.judge import alone
from policies.rules.production import DEFAULTS
from policies.rules.secrets import is_secret_name

pytestmark = pytest.mark.policy

DEFAULT_WORDS = [
    "admin",
    "default",
    "example",
    "ledgerflow",
    "letmein",
    "password",
    "postgres",
    "redis",
    "root",
    "secret",
    "test",
]
SECRET_WORDS = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pass",
    "pgpassword",
    "secret",
    "secrets",
    "token",
    "tokens",
    "key",
    "keys",
    "apikey",
    "privatekey",
    "credential",
    "credentials",
]
TELLING = [
    "age",
    "algorithm",
    "count",
    "expiry",
    "hasher",
    "hashers",
    "id",
    "length",
    "lifetime",
    "name",
    "rotation",
    "timeout",
    "ttl",
    "validators",
]
PLACES = ["file", "path", "dir"]
HARMLESS = [
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "NET_BIND_SERVICE",
    "SETGID",
    "SETUID",
]
DANGEROUS = [
    "ALL",
    "AUDIT_CONTROL",
    "DAC_READ_SEARCH",
    "MKNOD",
    "NET_ADMIN",
    "NET_RAW",
    "SYS_ADMIN",
    "SYS_PTRACE",
]


def rules(**changes):
    stack = changes.pop("stack", "dev")
    return {v.rule for v in alone([resource("container", stack=stack, **changes)], around())}


@pytest.mark.parametrize("word", DEFAULT_WORDS)
def test_default_credentials(word):
    def with_secret(content):
        upload = {"file": "/run/secrets/x", "content": content}
        return rules(stack="prod", push={"uploads": upload})

    assert with_secret(word) == {"LF031"}
    assert with_secret(f" {word.upper()}\n") == {"LF031"}
    assert with_secret(f"x{word}") == set()


def test_no_default_is_untested():
    assert set(DEFAULT_WORDS) == DEFAULTS


@pytest.mark.parametrize("word", SECRET_WORDS)
def test_secret_names(word):
    shapes = (word, word.upper(), f"MY_{word}", f"{word}_VALUE", f"my.{word}", f"my{word.title()}")
    for name in shapes:
        assert is_secret_name(name), name
        assert rules(push={"envs": f"{name}=x"}) == {"LF026"}, name
    assert not is_secret_name(f"x{word}x")


@pytest.mark.parametrize("tail", TELLING)
def test_names_that_tell_something_about_a_secret(tail):
    assert not is_secret_name(f"TOKEN_{tail.upper()}")
    assert rules(push={"envs": f"TOKEN_{tail.upper()}=x"}) == set()


@pytest.mark.parametrize("tail", PLACES)
def test_names_that_tell_where_a_secret_is(tail):
    name = f"TOKEN_{tail.upper()}"
    assert rules(push={"envs": f"{name}=/run/secrets/token"}) == set()
    assert rules(push={"envs": f"{name}=token"}) == {"LF026"}
    assert rules(push={"envs": f"OTHER_{tail.upper()}=token"}) == set()


@pytest.mark.parametrize("capability", HARMLESS)
def test_harmless_capabilities(capability):
    assert rules(set={"capabilities.adds": [capability]}) == set()
    assert rules(set={"capabilities.adds": [f"CAP_{capability}"]}) == set()


@pytest.mark.parametrize("capability", DANGEROUS)
def test_dangerous_capabilities(capability):
    assert rules(set={"capabilities.adds": [capability.lower()]}) == {"LF018"}


@pytest.mark.parametrize(
    "option",
    [
        "--requirepass",
        "--masterauth",
        "--password",
        "--passwd",
        "--secret",
        "--token",
        "--api-key",
        "--apikey",
        "--db-password",
        "-password",
        "--PASSWORD",
    ],
)
def test_password_options(option):
    assert rules(set={"command": ["app", option, "x"]}) == {"LF027"}
    assert rules(set={"command": ["app", f"{option}=x"]}) == {"LF027"}
    assert rules(set={"entrypoints": ["sh", "-c", f"app {option} x"]}) == {"LF027"}
    assert rules(set={"command": ["app", f"{option}-file", "x"]}) == set()
    assert rules(set={"command": ["app", option.strip("-"), "x"]}) == set()
