"""Program, options before the verb, variables, aliases: which daemon is meant, and which verb."""

import shlex

import pytest

from guard.effects import Look, RemoveVolume, StopProject
from guard.grammar import read

pytestmark = pytest.mark.unit

GONE = (RemoveVolume("x"),)


@pytest.mark.parametrize(
    "line",
    [
        "volume rm x",
        "docker volume rm x",
        "/usr/bin/docker volume rm x",
        "docker.exe volume remove x",
        "-D volume rm x",
        "-- volume rm x",
        "-H tcp://a:1 volume rm x",
        "-Htcp://a:1 volume rm x",
        "-H=tcp://a:1 volume rm x",
        "--host=tcp://a:1 --context there volume rm x",
        "-Dl info volume rm x",
        "-c there -D=false volume rm x",
        "--tls --tlsverify=0 --tlscacert a --tlscert=b --tlskey c volume rm x",
        "--config /etc/x --log-level debug volume rm x",
        "-v volume rm x",
        "volume -- rm x",
        "volume rm -- x",
    ],
)
def test_options_before_the_verb(line):
    reading = read(shlex.split(line), {})
    assert reading.effects == GONE
    assert reading.verb == ("volume", "rm")


@pytest.mark.parametrize(
    ("line", "variables", "host", "context"),
    [
        ("ps", {}, None, None),
        ("-H a ps", {}, "a", None),
        ("--host a --host=b ps", {}, "b", None),
        ("--context a ps", {}, None, "a"),
        ("-ca ps", {}, None, "a"),
        ("ps", {"DOCKER_HOST": "a"}, "a", None),
        ("ps", {"DOCKER_CONTEXT": "a"}, None, "a"),
        ("ps", {"DOCKER_HOST": "a", "DOCKER_CONTEXT": "b"}, "a", None),
        ("--context c ps", {"DOCKER_HOST": "a", "DOCKER_CONTEXT": "b"}, None, "c"),
        ("-H c ps", {"DOCKER_HOST": "a", "DOCKER_CONTEXT": "b"}, "c", None),
        ("docker-compose -H c ps", {"DOCKER_HOST": "a"}, "c", None),
        ("docker-compose -c c ps", {"DOCKER_HOST": "a"}, None, "c"),
        ("-H c compose ps", {}, "c", None),
        ("-H c -c d ps", {}, "c", None),
        ("ps", {"DOCKER_HOST": "", "DOCKER_CONTEXT": ""}, None, None),
    ],
)
def test_which_daemon(line, variables, host, context):
    reading = read(shlex.split(line), variables)
    assert (reading.host, reading.context) == (host, context)


@pytest.mark.parametrize(
    ("line", "variables", "config"),
    [
        ("ps", {}, None),
        ("--config a ps", {"DOCKER_CONFIG": "b"}, "a"),
        ("ps", {"DOCKER_CONFIG": "b"}, "b"),
    ],
)
def test_which_configuration(line, variables, config):
    assert read(shlex.split(line), variables).config == config


def test_an_alias_of_the_configuration():
    asked = []

    def aliases(config):
        asked.append(config)
        return {"builder": "buildx bake"}

    assert read(["builder", "prune"], {}, aliases).effects == (Look("buildx"),)
    assert read(["--config=a", "builder", "x"], {}, aliases).effects == (Look("buildx"),)
    assert read(["builder", "x"], {"DOCKER_CONFIG": "b"}, aliases).problem is None
    assert asked == [None, "a", "b"]
    assert read(["volume", "rm", "x"], {}, aliases).effects == GONE
    assert len(asked) == 3


def test_a_builder_without_alias():
    assert read(["builder", "prune", "-af"], {}).effects == (Look("builder prune"),)
    assert read(["builder"], {}).effects == (Look("builder"),)


@pytest.mark.parametrize(
    "argv",
    [
        [],
        [""],
        ["docker"],
        ["docker-compose"],
        ["--"],
        ["-"],
        ["-H"],
        ["--host="],
        ["docker", "docker", "volume", "rm", "x"],
        ["sudo", "docker", "volume", "rm", "x"],
        ["\udcff", "\x00"],
        ["run"],
        ["run", "-v", ":::", "--mount", ",,", "--network", ",=,", "--label", "=", "x"],
        ["cp", ":", ":"],
        ["volume", "create", "-o", "="],
        ["compose", "-f"],
        ["stack", "deploy"],
        ["service", "update"],
        ["image", "prune", "--filter", "="],
        ["=" * 1000, ":" * 1000],
    ],
)
@pytest.mark.parametrize("prefix", [(), ("docker",), ("docker-compose",), ("compose",)])
def test_it_never_raises(prefix, argv):
    assert read([*prefix, *argv], {}).effects


def test_a_name_of_the_program_counts_once():
    assert read(["docker", "docker", "ps"], {}).problem == "unknown command: docker docker"


def test_compose_knows_options_of_docker_as_well():
    reading = read(shlex.split("docker-compose -H tcp://a --tls -D -p x down -v"), {})
    assert reading.effects == (StopProject("x", volumes=True),)
    assert reading.host == "tcp://a"
