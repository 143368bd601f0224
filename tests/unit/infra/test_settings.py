"""Settings: every mistake at once, each with its key, the value and what is allowed."""

from typing import get_args

import pytest
from config.environment import SEARCH_LANGUAGES

from infra.configuration import ConfigurationError, from_file, from_strings
from infra.environment import environment
from infra.settings import SearchLanguage, Settings, SettingsError

pytestmark = pytest.mark.unit


def mistakes(stack="dev", **config):
    with pytest.raises(SettingsError) as error:
        Settings.parse(stack, {f"ledgerflow:{key}": value for key, value in config.items()})
    return error.value.mistakes


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"portz": 1}, "ledgerflow:portz: unknown key; known are admin_username, adminer"),
        ({"debug": "maybe"}, "ledgerflow:debug = 'maybe': input should be a valid boolean"),
        ({"ports": {"django": 70000}}, "ledgerflow:ports.django = 70000: input should be less"),
        ({"ports": {"django": 0}}, "ledgerflow:ports.django = 0: input should be greater"),
        ({"ports": {"django": "http"}}, "ledgerflow:ports.django = 'http': input should be a"),
        ({"ports": {"web": 1}}, "ledgerflow:ports.web: unknown key; known are adminer, django"),
        ({"ports": 5}, "ledgerflow:ports = 5: input should be a valid dictionary"),
        (
            {"ports": {"django": 9001, "redis": 9001}},
            "ledgerflow:ports: port 9001 is given to django and redis",
        ),
        ({"ports": {"adminer": 8082}}, "ports.adminer is set, but adminer is not true"),
        ({"environment": "prod"}, "the stack's name is the environment"),
        ({"django": {"slots": ["blue"]}}, "active must name one of slots"),
        ({"django": {"active": "blue"}}, "active must name one of slots"),
        ({"django": {"slots": ["blue", "blue"], "active": "blue"}}, "a slot stands twice"),
        ({"domain": "not a domain"}, "ledgerflow:domain = 'not a domain'"),
        ({"ports": {"http": 80, "https": 443}}, "need a domain; ports.public needs none"),
        ({"domain": "books.example"}, "it needs ports.public, ports.http and ports.https"),
        ({"ports": {"public": 1}, "hosts": ["Books Lan"]}, "ledgerflow:hosts.0 = 'Books Lan'"),
        ({"ports": {"public": 1}, "hosts": ["192.168.1.300"]}, "is no IPv4 address"),
        (
            {"ports": {"public": 1}, "hosts": ["12"]},
            "ledgerflow:hosts.0 = '12': it ends in a number",
        ),
        ({"hosts": ["books.lan"]}, "hosts is set; it needs ports.public"),
        (
            {
                "ports": {"public": 1, "http": 2, "https": 3},
                "domain": "books.example",
                "hosts": ["books.lan"],
            },
            "and goes without a domain",
        ),
        (
            {"ports": {"public": 1}, "hosts": ["192.0.2.1", "192.0.2.2"]},
            "hosts names two addresses; one at most",
        ),
        ({"time_zone": "Mars/Olympus"}, "ledgerflow:time_zone = 'Mars/Olympus': no such time zone"),
        ({"search_language": "klingon"}, "ledgerflow:search_language = 'klingon'"),
        ({"time_zone": "../etc"}, "ledgerflow:time_zone = '../etc'"),
        ({"images": {"redis": ""}}, "ledgerflow:images.redis = ''"),
        ({"images": {"redis": "redis 7"}}, "ledgerflow:images.redis = 'redis 7'"),
        ({"secrets": {"postgres-password": ""}}, "postgres-password must be one line of text"),
        ({"secrets": {"searxng-secret": 'a"b'}}, "searxng-secret must be one line of text"),
        ({"secrets": {"admin-password": "a\nb"}}, "admin-password must be one line of text"),
        ({"limits": {"redis": {"memory_mib": 1, "cpus": 1}}}, "limits.redis.memory_mib = 1"),
        ({"limits": {"oracle": {"memory_mib": 64, "cpus": 1}}}, "ledgerflow:limits.oracle"),
    ],
)
def test_a_mistake_is_named_with_its_key_value_and_rule(config, said):
    (mistake,) = mistakes(**config)
    assert said in mistake


def test_all_mistakes_come_at_once():
    found = mistakes(portz=1, debug="maybe", ports={"django": 0, "redis": "x"})
    assert len(found) == 4


def test_the_message_counts_and_names_the_file():
    with pytest.raises(SettingsError, match=r"Pulumi\.dev\.yaml has 2 mistakes:"):
        Settings.parse("dev", {"ledgerflow:a": "1", "ledgerflow:b": "2"})


def test_the_value_of_a_secret_is_never_repeated():
    found = mistakes(secrets={"postgres-password": ["canary"], "unknown": "canary"})
    assert len(found) == 2
    assert "canary" not in " ".join(found)


@pytest.mark.parametrize("name", ["production", "test-", "DEV", "test-UPPER", ""])
def test_an_unknown_environment_is_refused(name):
    with pytest.raises(SettingsError, match="is no environment; known are dev, staging, prod, dr"):
        Settings.parse(name, {})


def test_other_namespaces_belong_to_providers():
    assert Settings.parse("dev", {"docker:host": "unix:///x"}).environment == "dev"


def test_strings_from_pulumi_and_values_from_the_file_mean_the_same(stack_config, repository):
    from_program = Settings.parse("dev", from_strings(stack_config("dev")))
    from_yaml = Settings.parse("dev", from_file(repository / "Pulumi.dev.yaml"))
    assert from_program == from_yaml


def test_ciphertext_is_replaced_by_a_placeholder(tmp_path):
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text("config:\n  ledgerflow:secrets:\n    admin-password: {secure: v1:abc}\n")
    assert from_file(path) == {"ledgerflow:secrets": {"admin-password": "[encrypted]"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: [", "is not YAML: line 1, column 10: "),
        ("config: \x00", "is not YAML: it is not text"),
        ("config: 3\n", "must be a mapping"),
        ("- 1\n", "a mapping"),
    ],
)
def test_a_broken_file_is_explained(tmp_path, text, said):
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        from_file(path)


def test_the_broken_line_itself_is_not_shown(tmp_path):
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text("config:\n  a: b\nnext: x\n  password: canary: 1\n")
    with pytest.raises(ConfigurationError, match=r"is not YAML: line 4, column \d+: ") as error:
        from_file(path)
    assert "canary" not in str(error.value)


def test_a_missing_file_is_explained(tmp_path):
    with pytest.raises(ConfigurationError, match=r"there is no Pulumi\.qa\.yaml"):
        from_file(tmp_path / "Pulumi.qa.yaml")


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_committed_stacks_are_in_order(repository, stack):
    spec = environment(Settings.parse(stack, from_file(repository / f"Pulumi.{stack}.yaml")))
    assert spec.service("postgres").image.reference == "postgres:17.4"


@pytest.mark.parametrize(
    ("stack", "config", "locked"),
    [
        ("dev", {}, False),
        ("dev", {"images_locked": True}, True),
        ("test-a", {"images_locked": "true"}, True),
        ("staging", {}, True),
        ("prod", {}, True),
        ("prod", {"images_locked": True}, True),
        ("dr", {}, True),
    ],
)
def test_environments_of_peoples_own_data_always_lock_their_images(stack, config, locked):
    settings = Settings.parse(stack, {f"ledgerflow:{k}": v for k, v in config.items()})
    assert settings.locks_images is locked
    assert environment(settings).images_locked is locked


@pytest.mark.parametrize("stack", ["staging", "prod", "dr"])
def test_their_lock_cannot_be_switched_off(stack):
    (mistake,) = mistakes(stack, images_locked=False)
    assert mistake == f"images_locked is false, but {stack} is always locked"


def test_a_lock_that_is_neither_on_nor_off():
    (mistake,) = mistakes(images_locked="mostly")
    assert mistake.startswith("ledgerflow:images_locked = 'mostly': input should be a valid bool")


def test_the_languages_of_the_search_are_the_application_s():
    assert get_args(SearchLanguage) == SEARCH_LANGUAGES
