"""How the plugin answers: by the rules, and with a refusal whenever anything goes wrong."""

import json
import time

import pytest
from worlds import World, container, environment, volume

from guard.audit.verifying import verify
from guard.authz import judging
from guard.authz.judging import answer
from guard.authz.machine import Machine as RealMachine
from guard.authz.requests import Request
from guard.effects import CopyInto, RemoveVolume
from guard.emergency import grants
from guard.endpoint import Endpoint
from guard.world import Container, ContainerMount

pytestmark = pytest.mark.guard

MADE = {"Image": "tiny", "HostConfig": {"Binds": ["ledger_dev_db_data:/x"]}}
JSON = {"Content-Type": "application/json"}


class OpenWorld(World):
    """A world whose containers hold links."""

    def __init__(self, *things, **options):
        super().__init__(*things, **options)
        self.inside = {}
        self.closed = 0
        self.socket = "/srv/own/d.sock"

    def container_path(self, reference, path):
        self._ask(f"path {path}")
        return self.inside.get(path, path)

    def close(self):
        self.closed += 1


class Machine:
    """Surroundings that remember what they were asked."""

    def __init__(self, world, *, full=False, grants=()):
        self.given = world
        self.full = full
        self.grants = list(grants)
        self.lines = []

    def world(self):
        return self.given

    def record(self, entry):
        if self.full:
            raise OSError(28, "No space left on device")
        self.lines.append(json.loads(json.dumps(entry)))

    def granted(self, effects):
        if list(effects) in self.grants:
            self.grants.remove(list(effects))
            return True
        return False


@pytest.fixture
def world():
    return OpenWorld(*environment("prod"), *environment("dev"), volume("mine"), container("app"))


def ask(machine, method, uri, body=None):
    document = None if body is None else json.dumps(body).encode()
    return answer(Request(method, uri, document, JSON if body else {}), machine)


def test_looking_asks_nothing_and_is_not_recorded(world):
    machine = Machine(world)
    assert ask(machine, "GET", "/containers/json").allow
    assert (world.asked, machine.lines, world.closed) == ([], [], 0)


def test_a_refusal_says_what_and_how_instead_and_is_recorded(world):
    machine = Machine(world)
    refused = ask(machine, "DELETE", "/v1.41/volumes/ledger_prod_db_data?force=1")
    assert not refused.allow
    what, way = refused.message.splitlines()
    assert what.startswith("[LF040] volume ledger_prod_db_data is protected")
    assert way
    [line] = machine.lines
    assert line["argv"] == ["DELETE", "/v1.41/volumes/ledger_prod_db_data?force=1"]
    assert (line["front"], line["phase"], line["rule"]) == ("authz", "refused", "LF040")
    assert line["user"] == "unknown (Unix socket)"
    assert world.closed == 1


def test_an_allowed_change_is_recorded_with_the_certificates_user(world):
    machine = Machine(world)
    given = answer(Request("DELETE", "/volumes/mine", user="someone"), machine)
    assert given.allow
    [line] = machine.lines
    assert (line["phase"], line["user"], line["decision"]) == ("begun", "someone", "allow")


def test_what_cannot_be_read_is_refused(world):
    machine = Machine(world)
    refused = ask(machine, "POST", "/containers/create")
    assert refused.message.startswith("[LF049] the request cannot be read safely: ")
    assert [line["rule"] for line in machine.lines] == ["LF049"]


def test_a_silent_daemon_is_a_refusal_of_what_destroys(world):
    world.down = True
    machine = Machine(world)
    assert not ask(machine, "DELETE", "/volumes/mine").allow
    assert not ask(machine, "PUT", "/containers/app/archive?path=/x").allow
    assert not ask(machine, "POST", "/containers/app/start").allow
    assert ask(machine, "POST", "/containers/app/stop").allow


def test_a_failure_of_the_guard_itself_is_a_refusal(world, monkeypatch, caplog):
    monkeypatch.setattr(judging, "judge", lambda *_, **__: 1 / 0)
    refused = ask(Machine(world), "DELETE", "/volumes/mine")
    assert not refused.allow
    assert "the guard itself failed" in refused.message
    assert "ZeroDivisionError" in caplog.text


def test_a_proven_backup_settles_what_needs_proof(world):
    kill = ("POST", "/containers/ledger_prod_postgres/kill")
    machine = Machine(world)
    assert "make backup ENV=prod" in ask(machine, *kill).message
    world.proven = frozenset({"prod"})
    assert ask(machine, *kill).allow
    assert machine.lines[-1]["backup"]
    assert machine.lines[-1]["rule"] == "LF044"


def test_an_emergency_grant_is_good_once(world):
    delete = ("DELETE", "/volumes/ledger_prod_db_data")
    machine = Machine(world, grants=[[RemoveVolume("ledger_prod_db_data")]])
    assert ask(machine, *delete).allow
    assert "emergency" in machine.lines[0]["what"]
    assert not ask(machine, *delete).allow


def test_a_full_disk_refuses_what_destroys_and_lets_the_rest_pass(world):
    machine = Machine(world, full=True)
    refused = ask(machine, "DELETE", "/volumes/mine")
    assert "the audit log cannot be written: No space left on device" in refused.message
    assert ask(machine, "POST", "/containers/app/stop").allow
    assert ask(machine, "POST", "/containers/create", {"Image": "tiny"}).allow
    assert not ask(machine, "POST", "/containers/create", MADE).allow
    assert ask(machine, "GET", "/volumes").allow


def test_a_path_in_a_container_is_judged_where_it_leads(world):
    world.inside["/trap"] = "/var/lib/postgresql/data"
    machine = Machine(world)
    copy = "/containers/ledger_dev_postgres/archive?path={}"
    assert ask(machine, "PUT", copy.format("/tmp")).allow
    assert ask(machine, "PUT", copy.format("/trap")).message.startswith("[LF046]")
    assert not machine.granted([CopyInto("ledger_dev_postgres", "/trap")])


def test_a_mounted_folder_is_judged_again_when_the_container_starts(world):
    bound = Container("1" * 64, "bound", mounts=(ContainerMount("/app", source="/srv/app"),))
    world.things = (*world.things, bound)
    machine = Machine(world)
    assert ask(machine, "POST", "/containers/bound/start").allow
    world.links["/srv/app"] = "/var/lib/docker/volumes/ledger_prod_db_data/_data"
    assert ask(machine, "POST", "/containers/bound/start").message.startswith("[LF021]")
    assert ask(machine, "POST", "/containers/gone/start").allow


def test_the_daemons_socket_is_known_by_whatever_name_it_has(world):
    for source in ("/srv/own/d.sock", "/srv/own", "/srv/own/../own/"):
        made = {"Image": "tiny", "HostConfig": {"Binds": [f"{source}:/s"]}}
        refused = ask(Machine(world), "POST", "/containers/create", made)
        assert refused.message.startswith("[LF021]"), source
    made = {"Image": "tiny", "HostConfig": {"Binds": ["/srv/owner:/s"]}}
    assert ask(Machine(world), "POST", "/containers/create", made).allow


def test_the_machine_is_the_archive_the_log_and_the_grants_of_the_checkout(tmp_path):
    audit = tmp_path / "audit"
    machine = RealMachine(Endpoint(f"unix://{tmp_path}/none"), tmp_path, audit)
    proof = machine.world().proof("prod")
    assert not proof.verified
    assert proof.reason
    removal = RemoveVolume("ledger_prod_db_data")
    assert not machine.granted([removal])
    grants.give(audit, [removal], time.time())
    assert machine.granted([removal])
    assert not machine.granted([removal])
    assert "cannot be asked" in ask(machine, "DELETE", "/volumes/mine").message
    assert verify(audit).lines == 2
