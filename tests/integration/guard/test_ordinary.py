"""Ordinary work goes on beside the plugin; what stands in its way is the plugin's own trouble."""

import json
import os
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer

import docker.errors
import pytest

from airgap.plugins.docker.intents import Intents
from airgap.plugins.docker.package import DockerPackage
from airgap.plugins.resource import Call, Log, Naming
from guard.audit.verifying import verify
from guard.authz import install
from guard.authz.installing import daemon_config, enforcing, service
from guard.authz.installing.selftest import probe_name
from guard.effects import RemoveVolume
from guard.emergency import grants
from tests.integration.guard.guarded import Guarded, guarded
from tests.integration.guard.ordinary import ACTIONS
from tests.integration.guard.own_daemon import IMAGE
from tests.integration.guard.raw_request import Raw, send

pytestmark = pytest.mark.integration

LOCAL = [{"label": "com.ledgerflow.environment", "value": "prod"},
         {"label": "com.ledgerflow.stack", "value": "prod"}]  # fmt: skip
DELETE = Raw("", "DELETE /volumes/ledger_prod_db_data")
RECOVERY_SECONDS = 40


@pytest.fixture(scope="module")
def world():
    with guarded() as running:
        yield running


def test_the_list_of_ordinary_actions_is_long_enough():
    assert sum(ACTIONS.values()) >= 60


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
def test_an_ordinary_action_is_done(world, action):
    action(world)


def test_what_was_done_is_in_the_audit_log_whole(world):
    report = verify(world.daemon.places.serving.audit)
    assert report.damages == ()
    assert report.lines > 50


def test_pulumis_plugin_makes_changes_and_removes_a_locked_environments_things(
    world, tmp_path, monkeypatch
):
    monkeypatch.setenv("DOCKER_HOST", world.daemon.host)
    package = DockerPackage(Intents(tmp_path, Path("/project")))
    messages = []
    call = Call("urn:pulumi:prod::p::t::x", Log(messages.append, print), threading.Event())

    def make(kind, **inputs):
        resource = package.resources[f"docker:index/{kind.lower()}:{kind}"]
        checked = resource.check(inputs, {}, Naming("auto", b"seed"))
        assert checked.failures == []
        return resource, checked.inputs, *resource.create(call, checked.inputs)

    network, _, network_id, network_state = make(
        "Network", name="ledger_prod_egress", labels=LOCAL, driver="bridge"
    )
    make("Volume", name="ledger_prod_redis_data", labels=LOCAL)
    service_label = {"label": "com.ledgerflow.service", "value": "redis"}
    container, inputs, identity, state = make(
        "Container",
        name="ledger_prod_redis",
        image=IMAGE,
        command=["sleep", "100000"],
        labels=[*LOCAL, service_label],
        networksAdvanced=[{"name": "ledger_prod_egress", "aliases": ["redis"]}],
        volumes=[{"volumeName": "ledger_prod_redis_data", "containerPath": "/data"}],
        uploads=[{"file": "/etc/redis/secret", "content": "of its own"}],
        capabilities={"adds": ["CAP_CHOWN"], "drops": ["ALL"]},
        destroyGraceSeconds=5,
        removeVolumes=False,
        memory=64,
        memorySwap=64,
        mustRun=True,
        init=True,
    )
    changed = container.update(call, identity, {**inputs, "memory": 80, "memorySwap": 80}, state)
    assert (
        world.client.containers.get("ledger_prod_redis").attrs["HostConfig"]["Memory"] == 80 << 20
    )
    container.delete(call, identity, changed)
    network.delete(call, network_id, network_state)
    names = [found.name for found in world.client.containers.list(all=True)]
    assert "ledger_prod_redis" not in names


def test_an_emergency_opens_one_request_once(world):
    delete = Raw("", "DELETE /volumes/for_an_emergency")
    described = {"Name": "for_an_emergency", "Labels": {"com.ledgerflow.protect": "true"}}
    create = Raw("", "POST /volumes/create", body=described)
    assert send(world.socket, create).status == 201
    assert send(world.socket, delete).status == 403
    effect = RemoveVolume("for_an_emergency")
    grants.give(world.daemon.places.serving.audit, [effect], time.time())
    assert send(world.socket, DELETE).status == 403
    assert send(world.socket, delete).status == 204
    assert send(world.socket, create).status == 201
    assert send(world.socket, delete).status == 403


def refused(world: Guarded, raw: Raw = DELETE) -> bool:
    """Whether a request was turned away while the plugin is in trouble; never is it done."""
    reply = send(world.socket, raw)
    assert reply.status in (403, 500)
    assert world.client.volumes is not None
    return True


def workers(world: Guarded) -> list[int]:
    number = service.process(world.daemon.places)
    words = ["ps", "-o", "pid=", "--ppid", str(number)]
    return [int(word) for word in subprocess.run(words, capture_output=True).stdout.split()]


def recovered(world: Guarded, before: list[int]) -> None:
    """Wait until another worker answers; it refuses and allows as ever."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while workers(world) in ([], before) or not install.status(world.daemon.places).healthy:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert send(world.socket, DELETE).status == 403
    assert send(world.socket, Raw("", "GET /_ping")).status == 200


@pytest.fixture
def traffic(world):
    """Two containers that talk to each other all the time; tells how often an answer came."""
    client = world.client
    serve = "mkdir /w; echo answer > /w/i; httpd -f -p 80 -h /w"
    ask = "while true; do wget -qO- http://127.0.0.1/i >> /tmp/answers; usleep 50000; done"
    server = client.containers.run(
        IMAGE, ["sh", "-c", serve], network="none", init=True, detach=True
    )
    asker = client.containers.run(
        IMAGE, ["sh", "-c", ask], network=f"container:{server.id}", init=True, detach=True
    )
    asker.reload()
    answers = Path(f"/proc/{asker.attrs['State']['Pid']}/root/tmp/answers")

    def count() -> int:
        return len(answers.read_text().split()) if answers.exists() else 0

    _until(lambda: count() > 0)
    yield count
    for container in (asker, server):
        container.remove(force=True)


def _until(condition):
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_killed_plugin_is_back_at_once(world, traffic):
    before = workers(world)
    for number in before:
        os.kill(number, signal.SIGKILL)
    assert refused(world)
    recovered(world, before)
    supervisor = service.process(world.daemon.places)
    os.kill(supervisor, signal.SIGKILL)
    assert refused(world)
    _until(lambda: service.process(world.daemon.places) not in (None, supervisor))
    recovered(world, [])
    seen = traffic()
    _until(lambda: traffic() > seen)


def test_a_hung_plugin_is_waited_for_and_replaced(world, traffic):
    before = workers(world)
    for number in before:
        os.kill(number, signal.SIGSTOP)
    done = threading.Event()
    waiting = threading.Thread(target=lambda: (send(world.socket, DELETE), done.set()))
    waiting.start()
    seen = traffic()
    _until(lambda: traffic() > seen + 5)
    assert not done.is_set()  # nothing is answered, and nothing done, while nobody decides
    waiting.join(RECOVERY_SECONDS)
    assert done.is_set()
    recovered(world, before)


class Garbage(BaseHTTPRequestHandler):
    """A plugin that says it is one, and then answers whatever comes next."""

    answers = [b"", b"{}", b"null", b"[]", b'{"Allow": "yes"}', b'{"allow": tru', b"\x00\xff"]
    given = 0

    def address_string(self):
        return "test"

    def log_message(self, *words):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps({"Implements": ["authz"]}).encode()
        if self.path != "/Plugin.Activate":
            body = Garbage.answers[Garbage.given % len(Garbage.answers)]
            Garbage.given += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_a_plugin_that_answers_garbage_refuses_everything(world):
    places = world.daemon.places
    name = f"{places.plugin}-garbage"
    path = places.sockets / f"{name}.sock"
    number = enforcing.daemon_process(places)
    with UnixStreamServer(str(path), Garbage) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        daemon_config.add(places.daemon_config, name)
        os.kill(number, signal.SIGHUP)
        try:
            _until(lambda: Garbage.given > 0 or send(world.socket, Raw("", "GET /_ping")) is None)
            for _ in Garbage.answers:
                assert send(world.socket, DELETE).status in (403, 500)
                assert send(world.socket, Raw("", "POST /volumes/create", body={})).status >= 400
        finally:
            daemon_config.take_out(places.daemon_config, name)
            os.kill(number, signal.SIGHUP)
            _until(lambda: send(world.socket, Raw("", "GET /_ping")).status == 200)
            server.shutdown()
            thread.join()
            path.unlink()
    assert all(path.read_text() == held for path, held in world.markers.items())


def test_the_plugin_goes_and_comes_without_a_restart_of_the_daemon(world, traffic):
    places, daemon = world.daemon.places, world.daemon.process.pid
    kept = json.loads(places.daemon_config.read_text())
    install.remove(places)
    assert not install.status(places).configured
    assert not places.serving.socket.exists()
    assert world.client.api.volumes({"name": probe_name(places)})["Volumes"] in (None, [])
    assert json.loads(places.daemon_config.read_text()) == {"max-concurrent-uploads": 2}
    findings = install.install(places)
    assert [finding.passed for finding in findings] == [True] * 4
    assert json.loads(places.daemon_config.read_text()) == kept
    assert world.daemon.process.pid == daemon
    assert send(world.socket, DELETE).status == 403
    seen = traffic()
    _until(lambda: traffic() > seen)


def test_a_daemon_that_starts_again_finds_the_plugin(world):
    world.daemon.stop()
    world.daemon.start()
    assert install.status(world.daemon.places).healthy
    with pytest.raises(docker.errors.APIError, match="LF040"):
        world.client.volumes.get("ledger_prod_db_data").remove()
