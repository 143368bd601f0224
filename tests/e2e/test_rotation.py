"""Secrets are rotated on a running production under load, and none is seen anywhere."""

import json
import os
import signal
import subprocess

import docker
import psycopg
import pytest
import requests
from machine import Clone
from watch import Watch
from web_writer import WebWriter
from writer import Writer

from cli.workspace import Workspace
from infra.database_role import read_file
from infra.services.common import secret_file

pytestmark = pytest.mark.e2e

KEY, PREVIOUS_KEY = "django-secret-key", "django-secret-key-previous"
FILES = ("postgres-password", KEY, PREVIOUS_KEY, "admin-password")
ADMINISTRATOR = "ada"
FIRST_ADMIN_PASSWORD = "first-canary-of-the-administrator"
SLOTS = ("django-blue", "django-green")
DETOUR = "is replaced while django-green serves"
"""What a rotation says when the configured slot gets no requests and its successor is to come."""


@pytest.fixture(scope="module")
def clone(repository, daemon, tmp_path_factory):
    """A production whose secrets are generated, but for one that is a Pulumi secret."""
    fresh = Clone.of(repository, tmp_path_factory.mktemp("clone"), like="prod")
    fresh.configure(**{"ledgerflow:admin_username": ADMINISTRATOR})
    Workspace(fresh.path).prepare()
    assert fresh.pulumi("stack", "init", "--secrets-provider", "passphrase").returncode == 0
    setting = ("--secret", "--path", "ledgerflow:secrets.admin-password", FIRST_ADMIN_PASSWORD)
    assert fresh.pulumi("config", "set", *setting).returncode == 0
    yield fresh
    fresh.remove(daemon)


def values(clone, daemon) -> set[str]:
    """Return what the containers have of each secret now."""
    found = set()
    for slot in SLOTS:
        for name in FILES:
            try:
                container = daemon.containers.get(clone.container(slot))
                found.add(read_file(container, secret_file(name).path))
            except docker.errors.NotFound:
                continue
    search = daemon.containers.get(clone.container("searxng"))
    line = next(
        x
        for x in read_file(search, "/run/secrets/searxng-settings.yml").splitlines()
        if "_key" in x
    )
    return found | {line.split('"')[1]}


def slot_values(clone, daemon, name) -> set[str]:
    path = secret_file(name).path
    return {read_file(daemon.containers.get(clone.container(slot)), path) for slot in SLOTS}


def rotate(clone, name) -> str:
    result = clone.make("rotate", f"SECRET={name}")
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def rotate_and_die(clone, name, words) -> str:
    """Rotate, and kill make, the command and Pulumi as soon as the command says ``words``."""
    process = subprocess.Popen(
        clone.make_command("rotate", f"SECRET={name}"),
        cwd=clone.path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert words in said, said
    return said


def sign_up(clone, daemon) -> None:
    container = daemon.containers.get(clone.container(SLOTS[0]))
    code, output = container.exec_run(["python", "manage.py", "ensure_admin"])
    assert code == 0, output


@pytest.fixture(scope="module")
def certificate(running, daemon, tmp_path_factory):
    return running.root_certificate(daemon, tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def rotated(running, daemon, certificate):
    """Rotate every secret; the key is killed on its way, and the one before it dropped at last.

    A person saves something through the proxy while the database's password and the key change,
    another client writes in the database, and somebody who signed in before stays away.
    """
    sign_up(running, daemon)
    address = f"https://localhost:{running.ports['public']}"
    web, absent = (
        WebWriter(address, certificate, ADMINISTRATOR, FIRST_ADMIN_PASSWORD, pause=0.3)
        for _ in range(2)
    )
    writer = Writer(running.container("postgres"), *map(running.container, SLOTS), pause=0.2)
    running.writer, running.web = writer, web
    seen = values(running, daemon)
    said = [running.first_up.stdout + running.first_up.stderr]
    with Watch() as watch:
        with web, writer:
            (running.old_password,) = slot_values(running, daemon, "postgres-password")
            said.append(rotate(running, "postgres-password"))
            seen |= values(running, daemon)
            (running.old_key,) = slot_values(running, daemon, KEY)
            said.append(rotate_and_die(running, KEY, DETOUR))
            seen |= values(running, daemon)
            running.keys_when_killed = slot_values(running, daemon, KEY)
            healed = running.make("up")
            assert healed.returncode == 0, healed.stdout + healed.stderr
            said.append(healed.stdout + healed.stderr)
        seen |= values(running, daemon)
        running.previous_keys = slot_values(running, daemon, PREVIOUS_KEY)
        said += [rotate(running, name) for name in ("searxng-secret", PREVIOUS_KEY)]
        running.after_the_drop = {"present": web.save("a"), "absent": absent.save("b")}
        said.append(rotate(running, "admin-password"))
    running.watch = watch
    running.seen = seen | values(running, daemon)
    running.said = said
    return running


def test_no_accepted_write_is_lost_in_the_database(rotated):
    writer = rotated.writer
    assert len(writer.accepted) > 100
    assert writer.connections > 5, "the client never had to sign in anew"
    assert writer.lost() == set()
    # on a loaded machine a sign-in may meet the change; what counts is that none was promised
    refused = writer.accepted[-1] - len(writer.accepted)
    assert refused <= len(writer.accepted) // 100, f"{refused} writes were refused"


def test_a_person_who_is_signed_in_notices_nothing(rotated, daemon):
    web = rotated.web
    assert web.refused == []
    assert len(web.accepted) > 50
    with rotated.writer.connect() as connection:
        saved = {name for (name,) in connection.execute("select name from auth_group")}
    assert set(web.accepted) - saved == set()


def test_the_old_database_password_is_refused_and_the_new_one_works(rotated):
    assert rotated.old_password not in rotated.writer.passwords()
    rotated.writer.connect().close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        rotated.writer.connect(rotated.old_password)


def test_a_killed_rotation_is_gone_on_with(rotated, daemon):
    assert rotated.old_key in rotated.keys_when_killed
    (key,) = slot_values(rotated, daemon, KEY)
    assert key != rotated.old_key
    assert rotated.previous_keys == {rotated.old_key}


def test_dropping_the_previous_key_ends_what_it_alone_has_signed(rotated, daemon):
    assert rotated.after_the_drop["present"] == ""
    assert "/login/" in rotated.after_the_drop["absent"]
    with pytest.raises(docker.errors.NotFound):
        slot_values(rotated, daemon, PREVIOUS_KEY)


def test_a_search_works_with_the_new_secret(rotated, daemon):
    django = daemon.containers.get(rotated.container(SLOTS[0]))
    script = (
        "import urllib.request as u;"
        "print(u.urlopen('http://searxng:8080/search?q=ledger&format=json').status)"
    )
    assert django.exec_run(["python", "-c", script]).output == b"200\n"


def test_afterwards_requests_go_to_the_configured_slot_alone(rotated, daemon, certificate):
    address = f"https://localhost:{rotated.ports['public']}/healthz"
    green = daemon.containers.get(rotated.container("django-green"))
    green.pause()
    try:
        with requests.Session() as session:
            session.trust_env = False
            for _ in range(3):
                assert session.get(address, verify=certificate, timeout=30).status_code == 200
    finally:
        green.unpause()


def test_the_new_password_of_the_administrator_is_taken_and_the_old_one_is_not(
    rotated, daemon, certificate
):
    address = f"https://localhost:{rotated.ports['public']}"
    (password,) = slot_values(rotated, daemon, "admin-password")
    WebWriter(address, certificate, ADMINISTRATOR, password)
    with pytest.raises(AssertionError, match="refused"):
        WebWriter(address, certificate, ADMINISTRATOR, FIRST_ADMIN_PASSWORD)


def test_every_rotation_made_a_new_value(rotated):
    # four secrets at first, each of them rotated; the previous key is one that was there before
    assert len(rotated.seen) == 4 + 4
    assert FIRST_ADMIN_PASSWORD in rotated.seen


def test_no_value_is_in_inspect_logs_processes_state_or_output(rotated, daemon):
    haystack = {f"what was said, {i}": text for i, text in enumerate(rotated.said)}
    haystack["command lines"] = repr(rotated.watch.command_lines)
    haystack["processes' variables"] = repr(rotated.watch.environments)
    haystack["stack output"] = rotated.pulumi("stack", "output", "--json").stdout
    haystack["stack file"] = rotated.stack_file.read_text()
    preview = rotated.make("preview")
    assert preview.returncode == 0, "something is left to change\n" + preview.stdout
    haystack["preview"] = preview.stdout + preview.stderr
    for name in rotated.created(daemon):
        try:
            container = daemon.containers.get(name)
        except docker.errors.NotFound:
            continue
        haystack[f"inspect {name}"] = json.dumps(container.attrs)
        haystack[f"logs {name}"] = container.logs().decode(errors="replace")
    for path in (rotated.path / ".ledgerflow" / "state").rglob("*"):
        if path.is_file():
            haystack[f"state {path.name}"] = path.read_text(errors="replace")
    assert len(haystack) > 20
    found = [where for where, text in haystack.items() for word in rotated.seen if word in text]
    assert not found


def test_a_value_in_clear_is_not_rotated(rotated):
    document = rotated.stack_file.read_text()
    rotated.configure(**{"ledgerflow:secrets": {"searxng-secret": "known to everybody"}})
    result = rotated.make("rotate", "SECRET=searxng-secret")
    rotated.stack_file.write_text(document)
    assert result.returncode != 0
    assert "stands in clear" in result.stderr
    assert "known to everybody" not in result.stdout + result.stderr
