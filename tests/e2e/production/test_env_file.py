"""The sealed env file of a real environment: written by `make up`, and never edited unseen."""

import subprocess

import pytest

from tests.ports import free_ports

pytestmark = pytest.mark.e2e

CANARY = "canary-5f1d0c77-never-to-be-seen"
SECRETS = ("postgres-password", "django-secret-key", "searxng-secret", "admin-password")


@pytest.fixture(scope="module")
def production(clone):
    """An environment that runs the production stage, with secrets that can be searched for."""
    clone.configure(
        **{
            "ledgerflow:debug": "false",
            "ledgerflow:adminer": "false",
            "ledgerflow:django": {"stage": "prod", "slots": ["blue", "green"], "active": "blue"},
            "ledgerflow:ports": {"public": free_ports(1)[0]},
            "ledgerflow:secrets": {name: f"{CANARY}-{name}-{'x' * 50}" for name in SECRETS},
        }
    )
    result = clone.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    return clone


@pytest.fixture
def env_file(production):
    return production.path / f".env.{production.environment}"


def edit(path, change):
    path.chmod(0o600)
    path.write_text(change(path.read_text()))


def test_up_writes_the_file_without_secrets_and_git_ignores_it(production, env_file, repository):
    text = env_file.read_text()
    assert f"LEDGERFLOW_ENVIRONMENT={production.environment}\n" in text
    assert CANARY not in text
    assert env_file.stat().st_mode & 0o777 == 0o400
    ignored = subprocess.run(["git", "check-ignore", "-q", env_file.name], cwd=repository)
    assert ignored.returncode == 0


def test_a_one_off_command_has_variables_secrets_and_the_database(
    production, env_file, daemon, tmp_path
):
    """The commands are those of docs/env-file.md."""
    blue = daemon.containers.get(production.container("django-blue"))
    name = f"lftest-{production.environment}-one-off"
    script = f"""set -e
docker create --name {name} --env-file {env_file} --user 10001:10001 \\
  --network ledger_{production.environment}_internal --cap-drop ALL \\
  --security-opt no-new-privileges:true {blue.attrs["Image"]} python manage.py showmigrations
docker cp {blue.name}:/run/secrets - | docker cp - {name}:/run
docker start -a {name}
"""
    try:
        result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=120)
    finally:
        subprocess.run(["docker", "rm", "-f", name], capture_output=True)
    assert result.returncode == 0, result.stderr
    assert "[X] 0001_initial" in result.stdout
    assert CANARY not in result.stdout + result.stderr


def test_an_edit_stops_up_by_name_and_is_kept_when_it_is_dropped(production, env_file, daemon):
    edit(env_file, lambda text: text.replace("TZ=UTC", f"TZ={CANARY}") + f"TOKEN={CANARY}\n")
    edited = env_file.read_text()
    before = production.created(daemon)
    result = production.make("up")
    words = result.stdout + result.stderr
    assert result.returncode != 0, words
    assert "was edited by hand; nothing was changed" in words
    assert "added: TOKEN" in words
    assert "changed: TZ" in words
    assert f"make env-file ENV={production.environment}" in words
    assert CANARY not in words
    assert "pulumi up" not in words
    assert production.created(daemon) == before

    result = production.make("env-file")
    assert result.returncode == 0, result.stdout + result.stderr
    kept = env_file.with_name(f"{env_file.name}.edited")
    assert kept.read_text() == edited
    assert CANARY not in env_file.read_text()
