"""What the variables may say, and what is said about mistakes in them."""

import tomllib

import pytest
from config.environment import ENVIRONMENTS, TEST_ENVIRONMENT, read_environment
from config.environment import InvalidEnvironmentError as Invalid
from config.version import VERSION

from infra import conventions

pytestmark = pytest.mark.unit

KEY = "an-unlikely-signing-key-of-more-than-fifty-characters-0123"
PROD = {
    "LEDGERFLOW_ENVIRONMENT": "prod",
    "DJANGO_SECRET_KEY": KEY,
    "DATABASE_HOST": "postgres",
    "DATABASE_NAME": "ledgerflow",
    "DATABASE_USER": "ledgerflow",
    "DATABASE_PASSWORD": "hunter2-database",
    "REDIS_URL": "redis://:hunter2-redis@redis:6379/0",
    "SEARXNG_URL": "http://searxng:8080/",
}


def mistakes(variables: dict[str, str]) -> list[str]:
    with pytest.raises(Invalid) as caught:
        read_environment(variables)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_without_variables_it_is_a_development_machine_without_debugging():
    environment = read_environment({})
    assert (environment.name, environment.debug, environment.secure) == ("dev", False, False)
    assert (environment.database.host, environment.database.port) == ("127.0.0.1", 5432)
    assert environment.admin is None


def test_the_generated_key_of_a_development_machine_is_never_the_same():
    assert read_environment({}).secret_key != read_environment({}).secret_key


def test_production_is_secure_unless_told_otherwise():
    environment = read_environment(PROD)
    assert environment.secure
    assert environment.is_live
    assert environment.version == VERSION
    assert environment.searxng_url == "http://searxng:8080"
    assert not read_environment({**PROD, "DJANGO_SECURE": "false"}).secure


@pytest.mark.parametrize("name", sorted(set(PROD) - {"LEDGERFLOW_ENVIRONMENT"}))
def test_nothing_that_matters_has_a_default_in_production(name):
    found = mistakes({key: value for key, value in PROD.items() if key != name})
    assert found == [f"{name} is not set; set it, or {name}_FILE"]


@pytest.mark.parametrize("name", ["DJANGO_SECRET_KEY", "DATABASE_HOST", "DATABASE_PASSWORD_FILE"])
def test_a_container_must_say_which_environment_it_belongs_to(name, tmp_path):
    (tmp_path / "secret").write_text("x")
    value = str(tmp_path / "secret") if name.endswith("_FILE") else "x"
    assert [line.split(" ")[0] for line in mistakes({name: value})] == ["LEDGERFLOW_ENVIRONMENT"]


def test_all_mistakes_are_told_at_once_with_value_and_rule():
    found = mistakes(
        {
            **PROD,
            "DJANGO_DEBUG": "yes",
            "DATABASE_PORT": "70000",
            "WEB_CONCURRENCY": "0",
            "TZ": "Mars/Olympus",
            "DJANGO_ALLOWED_HOSTS": "https://example.org",
            "DJANGO_CSRF_TRUSTED_ORIGINS": "example.org",
        }
    )
    assert found == [
        'DJANGO_DEBUG: "yes" is not allowed; must be true or false',
        'DJANGO_ALLOWED_HOSTS: "https://example.org" is not allowed; '
        "must be host names without scheme or path, and not *",
        'DJANGO_CSRF_TRUSTED_ORIGINS: "example.org" is not allowed; '
        "must be origins like https://host[:port], without a path",
        'DATABASE_PORT: "70000" is not allowed; must be a whole number from 1 to 65535',
        'TZ: "Mars/Olympus" is not allowed; '
        "must be a name of the IANA time zone database, like Europe/Rome",
        'WEB_CONCURRENCY: "0" is not allowed; must be a whole number from 1 to 64',
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DJANGO_SECRET_KEY", "hunter2"),
        ("REDIS_URL", "http://:hunter2@redis"),
        ("REDIS_URL", "redis://:hunter2@:0"),
        ("SEARXNG_URL", "ftp://user:hunter2@searxng"),
    ],
)
def test_a_wrong_secret_is_named_but_not_shown(name, value):
    (found,) = mistakes({**PROD, name: value})
    assert found.startswith(f"{name}: the value (not shown)")
    assert "hunter2" not in found


def test_secrets_are_not_in_the_text_of_the_environment():
    admin = {"DJANGO_ADMIN_USERNAME": "ada", "DJANGO_ADMIN_PASSWORD": "hunter2-admin"}
    shown = repr(read_environment({**PROD, **admin}))
    assert "hunter2" not in shown
    assert KEY not in shown


@pytest.mark.parametrize("live", ["staging", "prod", "dr"])
def test_live_environments_are_never_debugged(live):
    found = mistakes({**PROD, "LEDGERFLOW_ENVIRONMENT": live, "DJANGO_DEBUG": "true"})
    assert found == [f'DJANGO_DEBUG: "true" is not allowed; must be false in {live}']


@pytest.mark.parametrize("name", ["production", "test-", "test-UPPER", "Dev"])
def test_an_unknown_environment_is_refused(name):
    found = mistakes({**PROD, "LEDGERFLOW_ENVIRONMENT": name})
    rule = "must be one of dev, staging, prod, dr or test-<name>"
    assert f'LEDGERFLOW_ENVIRONMENT: "{name}" is not allowed; {rule}' in found


def test_a_secret_is_read_from_a_file_and_stripped(tmp_path):
    (tmp_path / "password").write_text("  from a file\n")
    variables = {key: value for key, value in PROD.items() if key != "DATABASE_PASSWORD"}
    variables["DATABASE_PASSWORD_FILE"] = str(tmp_path / "password")
    assert read_environment(variables).database.password == "from a file"


def test_a_variable_and_its_file_exclude_each_other(tmp_path):
    (tmp_path / "password").write_text("x")
    found = mistakes({**PROD, "DATABASE_PASSWORD_FILE": str(tmp_path / "password")})
    assert found == ["DATABASE_PASSWORD: DATABASE_PASSWORD_FILE is set too; set only one of them"]


def test_a_file_that_is_missing_empty_or_binary_is_one_mistake_each(tmp_path):
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    variables = {k: v for k, v in PROD.items() if k.startswith(("LEDGERFLOW", "REDIS", "SEARXNG"))}
    found = mistakes(
        {
            **variables,
            "DATABASE_HOST": "postgres",
            "DATABASE_NAME": "ledgerflow",
            "DATABASE_USER_FILE": str(tmp_path / "missing"),
            "DATABASE_PASSWORD_FILE": str(tmp_path / "empty"),
            "DJANGO_SECRET_KEY_FILE": str(tmp_path / "binary"),
        }
    )
    assert [line.split(":")[0] for line in found] == [
        "DJANGO_SECRET_KEY_FILE",
        "DATABASE_USER_FILE",
        "DATABASE_PASSWORD_FILE",
    ]


def test_half_an_administrator_is_a_mistake():
    found = mistakes({"DJANGO_ADMIN_USERNAME": "ada"})
    assert found == ["DJANGO_ADMIN_PASSWORD is not set; set it, or DJANGO_ADMIN_PASSWORD_FILE"]


def test_the_container_itself_may_always_ask():
    hosts = read_environment({"DJANGO_ALLOWED_HOSTS": " ledger.example.org, localhost "})
    assert hosts.allowed_hosts == ("ledger.example.org", "localhost", "127.0.0.1", "[::1]")


def test_every_variable_is_explained(repository):
    class Recorder(dict[str, str]):
        def get(self, name: str, default: str = "") -> str:
            asked.add(name.removesuffix("_FILE"))
            return super().get(name, default)

    asked: set[str] = set()
    read_environment(Recorder(DJANGO_ADMIN_USERNAME="ada", DJANGO_ADMIN_PASSWORD="x"))
    page = (repository / "app" / "README.md").read_text()
    assert {name for name in asked if f"`{name}`" not in page} == set()


def test_names_agree_with_the_infrastructure(repository):
    assert set(ENVIRONMENTS) == set(conventions.ENVIRONMENTS)
    assert TEST_ENVIRONMENT.pattern == conventions.TEST_ENVIRONMENT.pattern
    project = tomllib.loads((repository / "pyproject.toml").read_text())
    assert project["project"]["version"] == VERSION
