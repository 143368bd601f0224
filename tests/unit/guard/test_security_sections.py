"""The sections of the monthly audit, from facts to findings."""

import json
import subprocess

import pytest

from guard.git.repository import Repository
from guard.security import advisories, containers, disk, images, volumes
from guard.security.facts import Daemon, Expected
from guard.security.history import AGE_KEY, AGE_KEY_CHARACTERS, detector, search
from guard.security.model import Looking, State, exit_code, unknown
from guard.security.report import Report, write
from infra import conventions
from infra.images_lock import read_lock

pytestmark = pytest.mark.guard


def container(name="ledger_prod_caddy", *, image="sha256:1", labels=None, **changed):
    host = {
        "CapDrop": ["ALL"],
        "CapAdd": ["CAP_NET_BIND_SERVICE"],
        "SecurityOpt": ["no-new-privileges:true"],
        "PortBindings": {"443/tcp": [{"HostIp": "0.0.0.0", "HostPort": "9000"}]},
    }
    return {
        "Name": f"/{name}",
        "Image": image,
        "Config": {"Labels": labels or {}, "User": "0"},
        "HostConfig": {**host, **changed},
        "Mounts": changed.get("Mounts", []),
    }


SPEC = Expected(
    "prod",
    {
        "images_locked": True,
        "services": [
            {
                "name": "caddy",
                "user": "0",
                "capabilities": ["NET_BIND_SERVICE"],
                "ports": [{"internal": 443, "external": 9000, "ip": "0.0.0.0"}],
                "image": {"reference": "caddy:2"},
            },
            {"name": "django", "user": "10001", "image": {"repository": "ledgerflow-django"}},
        ],
    },
)


def rights(*found):
    return containers.rights(Daemon(found), {"prod": SPEC})


def test_what_is_as_its_spec_says_is_clean():
    assert rights(container()).state is State.CLEAN


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Privileged": True}, "it is privileged"),
        ({"PidMode": "host"}, "the machine's pid namespace"),
        ({"IpcMode": "host"}, "the machine's ipc namespace"),
        ({"UsernsMode": "host"}, "the machine's userns namespace"),
        ({"Devices": [{"PathOnHost": "/dev/sda"}]}, "device /dev/sda"),
        ({"SecurityOpt": ["no-new-privileges", "seccomp=unconfined"]}, "switched off"),
        ({"Mounts": [{"Source": "/var/run/docker.sock"}]}, "commands the daemon"),
        ({"CapDrop": []}, "not all capabilities are dropped"),
        ({"CapAdd": ["SYS_ADMIN", "NET_BIND_SERVICE"]}, "does not give: SYS_ADMIN"),
        ({"SecurityOpt": None}, "no-new-privileges is missing"),
    ],
)
def test_what_reaches_further_is_found(change, words):
    (finding,) = rights(container(**change)).findings
    assert words in finding.what
    assert finding.way


def test_a_stranger_is_looked_at_for_what_gives_it_the_machine():
    loose = container("mine", CapDrop=None, SecurityOpt=None)
    assert rights(loose).state is State.CLEAN
    assert rights({**loose, "HostConfig": {"Privileged": True}}).state is State.FINDINGS


def test_ports_are_those_of_the_spec():
    def look(*found, listening=()):
        return containers.ports(Daemon(found), {"prod": SPEC}, listening)

    assert look(container()).state is State.CLEAN
    moved = {"5432/tcp": [{"HostIp": "", "HostPort": "5432"}]}
    (finding,) = look(container(PortBindings=moved)).findings
    assert "port 5432 is open on 0.0.0.0" in finding.what
    stranger = look(container("mine", PortBindings=moved))
    assert (stranger.state, len(stranger.facts)) == (State.CLEAN, 1)
    assert look(listening=[2375, 80]).findings[0].where == "port 2375"


def test_open_ports_are_read_from_the_kernel_s_table():
    table = (
        "  sl  local_address rem_address   st\n"
        "   0: 00000000:0947 00000000:0000 0A\n"
        "   1: 0100007F:1538 00000000:0000 0A\n"
        "   2: 00000000000000000000000000000000:0050 0:0 0A\n"
        "   3: 00000000:0051 00000000:0000 01\n"
    )
    assert list(containers.listening(table)) == [2375, 80]


def test_images_are_held_against_the_lock(repository):
    def look(image, **changed):
        made = {"Config": {"Labels": image}, "RepoTags": changed.get("tags", ["caddy:2"])}
        daemon = Daemon([container(changed.get("name", "ledger_prod_caddy"))], {"sha256:1": made})
        return images.origins(daemon, {"prod": SPEC}, repository)

    recipe = read_lock(repository)["caddy:2"].stand_in_recipe
    labels = {conventions.LABEL_IMAGE_ORIGIN: "Debian", images_label(): recipe}
    good = look(labels)
    assert (good.state, good.facts) == (
        State.CLEAN,
        ("ledger_prod_caddy: caddy:2, a stand-in from Debian",),
    )
    assert look({**labels, images_label(): "0" * 64}).state is State.FINDINGS
    assert look({}).state is State.FINDINGS
    own = {"name": "ledger_prod_django"}
    assert look({}, tags=["ledgerflow-django:prod-1"], **own).state is State.CLEAN
    assert look({}, tags=["something:else"], **own).state is State.FINDINGS


def images_label():
    from infra.images_lock import LABEL_PORTABLE_RECIPE

    return LABEL_PORTABLE_RECIPE


def test_protection_labels(repository):
    def volume(kind, **changed):
        labels = {**conventions.volume_labels("prod", protected=True), **changed}
        return {"Name": conventions.volume_name("prod", kind), "Labels": labels}

    def look(*found):
        return volumes.labels(Daemon(volumes=found), ["prod"])

    kept = {"Name": "kept", "Labels": {"com.ledgerflow.kept": "true"}}
    good = look(volume("db_data"), volume("media_data"), kept)
    assert good.state is State.CLEAN
    assert "kept by recreations: kept" in good.facts
    assert "missing" in look(volume("db_data")).findings[0].what
    unlabelled = volume("media_data", **{conventions.LABEL_PROTECT: "false"})
    assert "label" in look(volume("db_data"), unlabelled).findings[0].what
    foreign = volume("media_data", **{conventions.LABEL_ENVIRONMENT: "dev"})
    assert "another environment" in look(volume("db_data"), foreign).findings[0].what


def test_rights_on_disk(tmp_path):
    state, archive = tmp_path / ".ledgerflow", tmp_path / "archive"
    state.mkdir(mode=0o700)
    archive.mkdir()
    archive.chmod(0o2770)
    (state / "passphrase").touch(mode=0o600)
    (tmp_path / ".env.prod").touch(mode=0o400)
    assert disk.modes(tmp_path, [archive, tmp_path / "nowhere"]).state is State.CLEAN
    (state / "passphrase").chmod(0o640)
    (tmp_path / ".env.prod").chmod(0o604)
    archive.chmod(0o775)
    found = disk.modes(tmp_path, [archive]).findings
    assert [finding.where.rpartition("/")[2] for finding in found] == [
        "passphrase",
        ".env.prod",
        "archive",
    ]


AWS = "AKIA" + "QWERTYUIOPASDFGH"


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        (f"key = '{AWS}'", ["AWS Access Key"]),
        ("-----BEGIN RSA " + "PRIVATE KEY-----", ["Private Key"]),
        (AGE_KEY + "Q" * (AGE_KEY_CHARACTERS - len(AGE_KEY)), ["age identity"]),
        (AGE_KEY, []),
        ("password = 'a word'", []),
    ],
)
def test_shapes_of_secrets(line, kinds):
    assert list(detector()(line)) == kinds


def test_a_secret_in_the_history_is_found_after_it_was_removed(tmp_path):
    def git(*words):
        identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.org"]
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "tests").mkdir()
    for name in ("settings.py", "tests/test_it.py"):
        (tmp_path / name).write_text(f"KEY = '{AWS}'\n")
    (tmp_path / "tests" / "test_more.py").write_text(f"MORE = '{AWS}'\n")
    (tmp_path / "large").write_bytes(b"x" * (1024 * 1024 + 1))
    git("add", ".")
    git("commit", "-q", "-m", "first")
    (tmp_path / "settings.py").write_text("KEY = read()\n")
    git("commit", "-q", "-am", "second")
    section = search(Repository(tmp_path))
    (finding,) = section.findings
    assert finding.where.startswith("settings.py, tests/test_it.py (blob ")
    assert "AWS Access Key" in finding.what
    assert AWS not in json.dumps(section.as_data())
    assert section.facts == (
        "4 versions of files searched",
        "made up, in tests: tests/test_more.py",
        "too large to search: large",
    )
    assert search(Repository(tmp_path / "tests" / "..")).findings == section.findings
    assert search(Repository(tmp_path.parent)).state is State.UNKNOWN


def test_packages_that_were_not_looked_up_are_not_clean():
    def look(*packages):
        looking = Looking("x")
        advisories.read("requirements.lock", {"dependencies": packages}, looking)
        return looking.section()

    fine = {"name": "a", "version": "1", "vulns": []}
    weak = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
    unseen = {"name": "c", "skip_reason": "not found"}
    assert look(fine).state is State.CLEAN
    assert look(fine, unseen).state is State.UNKNOWN
    found = look(fine, weak, unseen)
    assert (found.state, found.findings[0].what) == (
        State.FINDINGS,
        "CVE-1 is known of it; fixed in 3",
    )


def test_the_outcome_is_never_better_than_what_was_looked_at(tmp_path):
    clean, found = Looking("a").section(), Looking("b")
    found.find("here", "it is open", "close it")
    unlooked = unknown("c", "nobody answers")
    assert exit_code([clean]) == 0
    assert exit_code([clean, found.section(), unlooked]) == 1
    assert exit_code([clean, unlooked]) == 2
    found.unknown.append("half of it")
    sections = [clean, found.section(), unlooked]
    from datetime import UTC, datetime

    path = write(Report(datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC), ("prod",), sections), tmp_path)
    text = path.read_text()
    assert path.name == "audit-20270102_030405.md"
    assert "1 finding, 2 of 3 sections not fully checked" in text
    assert "NOT CHECKED: nobody answers" in text
    assert "**here**: it is open" in text
    document = json.loads(path.with_suffix(".json").read_text())
    assert (document["exit_code"], document["sections"][1]["reason"]) == (1, "half of it")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
