"""The contract of redis:7.2."""

import pytest
from docker.models.containers import Container
from image_sandbox import Sandbox, answers, execute, logs, wait_until

pytestmark = pytest.mark.integration

IMAGE = "redis:7.2"
LEAST = {
    "cap_drop": ["ALL"],
    "cap_add": ["CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"],
    "security_opt": ["no-new-privileges:true"],
    "read_only": True,
}


def ready(container: Container) -> Container:
    wait_until(container, answers(container, "redis-cli", "ping"))
    return container


def test_version_user_and_no_modules(sandbox: Sandbox):
    server = ready(sandbox.start(IMAGE, **LEAST))
    assert "redis_version:7.2.4" in execute(server, "redis-cli", "info", "server")
    assert execute(server, "redis-cli", "module", "list").strip() == ""
    assert "\nUid:\t999\t999" in execute(server, "cat", "/proc/1/status")


def test_data_outlives_the_container(sandbox: Sandbox):
    options = {"volumes": {sandbox.volume(): {"bind": "/data", "mode": "rw"}}, **LEAST}
    command = ["redis-server", "--appendonly", "yes"]
    first = ready(sandbox.start(IMAGE, command, **options))
    assert execute(first, "redis-cli", "set", "kept", "42") == "OK\n"
    first.stop(timeout=20)
    first.reload()
    assert first.attrs["State"]["ExitCode"] == 0
    assert "bye bye" in logs(first)
    sandbox.remove(first)
    second = ready(sandbox.start(IMAGE, command, **options))
    assert execute(second, "redis-cli", "get", "kept") == "42\n"


def test_a_volume_of_root_becomes_that_of_redis(sandbox: Sandbox):
    volumes = {sandbox.volume(): {"bind": "/data", "mode": "rw"}}
    made = ["sh", "-c", "touch /data/x && chown -R 0:0 /data && chmod 700 /data"]
    assert sandbox.run(IMAGE, made, volumes=volumes)[0] == 0
    server = ready(sandbox.start(IMAGE, volumes=volumes, **LEAST))
    assert execute(server, "stat", "-c", "%U", "/data", "/data/x") == "redis\nredis\n"


def test_other_containers_get_an_answer_without_a_password(sandbox: Sandbox):
    network = sandbox.network()
    server = ready(sandbox.start(IMAGE, network=network, **LEAST))
    code, said = sandbox.run(IMAGE, ["redis-cli", "-h", server.name, "ping"], network=network)
    assert (code, said) == (0, "PONG\n")


@pytest.mark.parametrize(
    ("command", "files"),
    [
        (["--protected-mode", "yes"], {}),
        (["/etc/redis.conf"], {"/etc/redis.conf": "protected-mode yes\n"}),
    ],
    ids=["option", "file"],
)
def test_a_protected_mode_that_is_asked_for_holds(sandbox: Sandbox, command, files):
    server = ready(sandbox.start(IMAGE, command, files=files))
    setting = execute(server, "redis-cli", "config", "get", "protected-mode")
    assert setting == "protected-mode\nyes\n"


def test_options_and_files_mean_the_server(sandbox: Sandbox):
    files = {"/etc/redis.conf": "maxmemory 5mb\n"}
    command = ["/etc/redis.conf", "--requirepass", "not-a-secret"]
    server = sandbox.start(IMAGE, command, files=files)
    wait_until(server, answers(server, "redis-cli", "-a", "not-a-secret", "ping"))
    asked = ("redis-cli", "--no-auth-warning", "-a", "not-a-secret", "config", "get", "maxmemory")
    assert execute(server, *asked) == "maxmemory\n5242880\n"
    assert "NOAUTH" in execute(server, "redis-cli", "ping")


def test_other_commands_and_tools(sandbox: Sandbox):
    assert sandbox.run(IMAGE, ["redis-server", "--version"])[1].startswith("Redis server v=7.2.4")
    assert sandbox.run(IMAGE, ["redis-cli", "--version"])[1] == "redis-cli 7.2.4\n"
    assert sandbox.run(IMAGE, ["redis-check-rdb", "--version"])[0] == 0
    assert sandbox.run(IMAGE, ["sh", "-c", "command -v wget"])[1] == "/usr/bin/wget\n"
