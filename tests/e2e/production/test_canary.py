"""Secrets of a running production are searched for everywhere that others can look: no hit."""

import base64
import io
import json
import subprocess
import tarfile
from urllib.parse import quote

import pytest
import yaml

from infra.database_role import read_file
from infra.services.common import secret_file

pytestmark = pytest.mark.e2e

APPLICATION = ("django-blue", "django-green", "worker", "beat")
SERVICES = ("postgres", "redis", "searxng", *APPLICATION, "caddy")
CHUNK = 1 << 22


@pytest.fixture(scope="module")
def values(production, daemon, secret_values):
    """The values as the running containers read them, which are those of the state."""
    django = daemon.containers.get(production.container("django-blue"))
    names = ("postgres-password", "django-secret-key", "admin-password")
    read = {name: read_file(django, secret_file(name).path) for name in names}
    search = daemon.containers.get(production.container("searxng"))
    settings = yaml.safe_load(read_file(search, "/run/secrets/searxng-settings.yml"))
    read["searxng-secret"] = settings["server"]["secret_key"]
    assert read == secret_values
    return read


@pytest.fixture(scope="module")
def needles(values):
    """Each value as it is, in base 64, and as a URL would carry it, with its name."""
    forms = {}
    for name, value in values.items():
        forms[value.encode()] = name
        forms[quote(value, safe="").encode()] = name
        forms[base64.b64encode(value.encode()).rstrip(b"=")] = name
    return forms


@pytest.fixture
def assert_nowhere(needles):
    def check(haystacks):
        hits = [
            (where, needles[needle])
            for where, text in haystacks.items()
            for needle in needles
            if needle in (text if isinstance(text, bytes) else text.encode())
        ]
        assert hits == []

    return check


def test_the_search_finds_what_it_searches(production, daemon, needles):
    """The one place where a value must be: the file in the container, and the state in clear."""
    exported = production.pulumi("stack", "export", "--show-secrets").stdout.encode()
    assert {needles[n] for n in needles if n in exported} == set(needles.values())


def test_not_in_inspect_of_anything(daemon, assert_nowhere):
    api = daemon.api
    found = {f"container {c['Names']}": api.inspect_container(c) for c in api.containers(all=True)}
    found |= {f"image {i['Id']}": api.inspect_image(i["Id"]) for i in api.images()}
    found |= {f"history {i['Id']}": api.history(i["Id"]) for i in api.images()}
    found |= {f"network {n['Name']}": api.inspect_network(n["Id"]) for n in api.networks()}
    volumes = api.volumes()["Volumes"]
    found |= {f"volume {v['Name']}": api.inspect_volume(v["Name"]) for v in volumes}
    assert len(found) > 20
    assert_nowhere({where: json.dumps(answer) for where, answer in found.items()})


def test_not_in_the_containers_logs_and_environments(production, daemon, assert_nowhere):
    haystacks = {}
    for service in SERVICES:
        container = daemon.containers.get(production.container(service))
        haystacks[f"logs {service}"] = container.logs()
        top = container.top(ps_args="axww -o pid,args")
        haystacks[f"processes {service}"] = json.dumps(top["Processes"])
    assert_nowhere(haystacks)


def test_not_in_what_processes_showed_while_it_came_up(production, assert_nowhere):
    watch = production.watch
    shown = {
        "command lines": b"\n".join(watch.command_lines),
        "environments": b"\n".join(watch.environments),
    }
    assert b"pulumi" in shown["command lines"]
    assert b"PULUMI_CONFIG_PASSPHRASE_FILE" in shown["environments"]
    assert_nowhere(shown)


def test_not_in_what_commands_say(production, assert_nowhere):
    said = {"the first up": production.first_up, "status": production.make("status")}
    document = production.stack_file.read_text()
    changed = yaml.safe_load(document)
    changed["config"]["ledgerflow:time_zone"] = "Europe/Zurich"
    changed["config"]["ledgerflow:limits"] = {"postgres": {"memory_mib": 900, "cpus": 1}}
    try:
        production.stack_file.write_text(yaml.safe_dump(changed))
        said["preview"] = production.make("preview", "DIFF=1", "JSON=1")
    finally:
        production.stack_file.write_text(document)
    for words in ("logs", "drift", "policy", "spec", "compose", "env", "env-file", "backups"):
        said[words] = production.make(words)
    said["policy for programs"] = production.make("policy", "JSON=1")
    said["outputs"] = production.pulumi("stack", "output", "--json")
    said["export"] = production.pulumi("stack", "export")
    said["config"] = production.pulumi("config")
    assert said["preview"].returncode == 2
    assert '"changes"' in said["preview"].stdout
    assert_nowhere({where: answer.stdout + answer.stderr for where, answer in said.items()})


def test_not_in_any_file_that_is_kept(production, assert_nowhere):
    """State, its backups and history, previews, the sealed env file, the stack's file."""
    folders = [production.path / ".ledgerflow" / name for name in ("state", "previews")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += [production.stack_file, *production.path.glob(".env.*")]
    kept = {str(path.relative_to(production.path)): path.read_bytes() for path in files}
    for part in (".ledgerflow/state/", ".ledgerflow/previews/", ".env.", "Pulumi."):
        assert any(name.startswith(part) for name in kept), part
    assert_nowhere(kept)


def put_file(container, path, content):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo(path.lstrip("/"))
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    container.put_archive("/", archive.getvalue())


def searched(images, needles):
    """Return how many bytes the images' layers and configurations have, and who is in them."""
    longest = max(map(len, needles))
    save = subprocess.Popen(["docker", "save", *sorted(images)], stdout=subprocess.PIPE)
    size, tail, hits = 0, b"", set()
    while chunk := save.stdout.read(CHUNK):
        size += len(chunk)
        window = tail + chunk
        hits |= {needles[needle] for needle in needles if needle in window}
        tail = window[-longest:]
    assert save.wait() == 0
    return size, hits


def test_not_in_any_layer_of_the_images_that_run(production, daemon, needles):
    images = {
        daemon.containers.get(production.container(service)).attrs["Image"] for service in SERVICES
    }
    size, hits = searched(images, needles)
    assert size > 100_000_000
    assert hits == set()


def test_the_search_finds_a_value_in_a_layer(production, daemon, needles, values):
    """What a careless Dockerfile would leave: the search of the layers is one that can fail."""
    redis = daemon.containers.get(production.container("redis"))
    scratch = daemon.containers.create(redis.image.id, name=production.container("careless"))
    try:
        put_file(scratch, "/careless", values["admin-password"].encode())
        careless = scratch.commit()
    finally:
        scratch.remove(v=True)
    try:
        assert searched({careless.id}, needles)[1] == {"admin-password"}
    finally:
        daemon.images.remove(careless.id)
