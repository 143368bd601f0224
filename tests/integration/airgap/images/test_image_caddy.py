"""The contract of caddy:2."""

import pytest
from image_sandbox import Sandbox, answers, execute, wait_until

pytestmark = pytest.mark.integration

IMAGE = "caddy:2"
LEAST = {
    "cap_drop": ["ALL"],
    "cap_add": ["NET_BIND_SERVICE"],
    "security_opt": ["no-new-privileges:true"],
    "read_only": True,
    "tmpfs": {"/data": "", "/config": ""},
}
CADDYFILE = """
:9000 {
    handle /hello {
        respond "hello {$WHO}"
    }
    handle {
        reverse_proxy 127.0.0.1:9001
    }
}
:9001 {
    respond "from behind"
}
"""


def fetch(address: str) -> tuple[str, ...]:
    return ("wget", "-q", "-O", "-", address)


def test_without_a_configuration_it_serves_a_page(sandbox: Sandbox):
    server = sandbox.start(IMAGE, **LEAST)
    wait_until(server, answers(server, *fetch("http://127.0.0.1:80/")))
    assert "Caddy works" in execute(server, *fetch("http://127.0.0.1/"))
    assert execute(server, "caddy", "version").strip().lstrip("v").startswith("2.6.2")


def test_it_serves_the_caddyfile_that_is_put_in(sandbox: Sandbox, tmp_path):
    caddyfile = tmp_path / "Caddyfile"
    caddyfile.write_text(CADDYFILE)
    mounts = {str(caddyfile): {"bind": "/etc/caddy/Caddyfile", "mode": "ro"}}
    server = sandbox.start(IMAGE, volumes=mounts, environment={"WHO": "ledger"}, **LEAST)
    wait_until(server, answers(server, *fetch("http://127.0.0.1:9000/hello")))
    assert execute(server, *fetch("http://127.0.0.1:9000/hello")) == "hello ledger"
    assert execute(server, *fetch("http://127.0.0.1:9000/other")) == "from behind"
    execute(server, "caddy", "validate", "--config", "/etc/caddy/Caddyfile")
    execute(server, "caddy", "reload", "--config", "/etc/caddy/Caddyfile")
    server.stop(timeout=20)
    server.reload()
    assert server.attrs["State"]["ExitCode"] == 0


def test_data_and_configuration_lie_where_the_official_image_has_them(sandbox: Sandbox):
    data, config = sandbox.volume(), sandbox.volume()
    mounts = {data: {"bind": "/data", "mode": "rw"}, config: {"bind": "/config", "mode": "rw"}}
    files = {"/etc/caddy/Caddyfile": "localhost:8443 {\n  tls internal\n  respond ok\n}\n"}
    server = sandbox.start(IMAGE, files=files, volumes=mounts)
    wait_until(server, answers(server, "test", "-e", "/data/caddy/pki/authorities/local/root.crt"))
    wait_until(server, answers(server, "test", "-e", "/config/caddy/autosave.json"))


def test_like_the_official_image_it_wants_its_one_capability(sandbox: Sandbox):
    container = sandbox.create(IMAGE, cap_drop=["ALL"])
    container.start()
    assert container.wait(timeout=30)["StatusCode"] != 0
