"""The plugins under a real Pulumi: the reference program, its recordings, and killed runs."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import docker
import pytest

from airgap.plugins.decisions import RECORDINGS
from airgap.plugins.install import install
from tests.integration.airgap.plugin_support import tiny_image
from tests.ports import free_ports

pytestmark = pytest.mark.integration
__all__ = ["tiny_image"]

PROGRAM = (RECORDINGS / "reference_program.py").read_text()
# Cases for the command line; the unit tier replays all of them without it.
CHOSEN = (
    {"container": {"envs": ["A=1", "B=3"]}},
    {"container": {"envs": ["B=2", "A=1"]}},
    {"container": {"restart": "on-failure", "max_retry_count": 3}},
    {"container": {"security_opts": []}},
    {"container": {"memory": -3}},
    {"network": {"internal": True}},
    {"volume": {"name": "bad name!"}},
    {"image": {"name": "debian:nope"}},
    {"image": {"keep_locally": False}},
    {"password": {"length": 32}},
)


def recorded(file):
    return json.loads((RECORDINGS / file).read_text())["cases"]


class Reference:
    """The reference program in a stack of its own, with names of its own."""

    def __init__(self, project, image):
        self.project = project
        self.image = image
        self.prefix = f"lftest_{secrets.token_hex(4)}_"
        self.client = docker.from_env()
        install(Path(project.environment["PULUMI_HOME"]), Path(sys.executable))
        self.project.program(self.localized(PROGRAM).replace("19301", str(free_ports(1)[0])))

    def localized(self, text):
        """Recorded names as this stack's; the recorded image as the tiny one."""
        return text.replace("gold_", self.prefix).replace("debian:trixie-slim", self.image)

    def recorded_again(self, text):
        return text.replace(self.prefix, "gold_").replace(self.image, "debian:trixie-slim")

    def case(self, change):
        self.project.environment["CASE"] = self.localized(json.dumps(change))

    def pulumi(self, *arguments, ok=True):
        answer = self.project.pulumi(*arguments)
        assert not ok or answer.returncode == 0, answer.stdout + answer.stderr
        return answer

    def up(self, *arguments):
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def plan(self, *arguments):
        """What a preview plans, in the form of the recordings."""
        answer = self.pulumi("preview", "--json", *arguments, ok=False)
        report = json.loads(answer.stdout)
        errors = [d["message"] for d in report.get("diagnostics", []) if d["severity"] == "error"]
        problems = [e for e in errors if "has a problem" in e]
        if problems:
            return {"error": [f"error: {e}" if not e.startswith("error") else e for e in problems]}
        return {
            step["urn"].rsplit("::", 1)[1]: {
                "ops": [step["op"]],
                "diff": sorted(step.get("detailedDiff") or {}),
                "replace": sorted(step.get("replaceReasons") or []),
            }
            for step in report["steps"]
            if step["op"] in ("create", "update", "replace", "delete")
        }

    def state(self):
        export = json.loads(self.pulumi("stack", "export").stdout)
        return {r["type"]: r for r in export["deployment"]["resources"]}

    def shell(self, command):
        subprocess.run(self.localized(command), shell=True, check=True, capture_output=True)

    def inspect(self):
        return self.client.api.inspect_container(f"{self.prefix}c")

    def clean(self):
        self.project.environment["CASE"] = "{}"
        self.project.pulumi("cancel", "--yes")
        self.project.pulumi("destroy", "--yes", "--skip-preview")
        for container in self.client.containers.list(all=True, filters={"name": self.prefix}):
            container.remove(v=True, force=True)
        for network in self.client.networks.list(names=[self.prefix]):
            network.remove()
        for volume in self.client.volumes.list(filters={"name": self.prefix}):
            volume.remove()
        self.client.close()


@pytest.fixture
def reference(project, tiny_image):
    made = Reference(project, tiny_image)
    yield made
    made.clean()


@pytest.fixture
def deployed(reference):
    reference.up()
    return reference


def differing(ours, official, path=""):
    """The paths at which two JSON values differ."""
    if isinstance(ours, dict) and isinstance(official, dict):
        return [
            p
            for key in sorted({*ours, *official})
            for p in differing(
                ours.get(key, "absent"), official.get(key, "absent"), f"{path}.{key}"
            )
        ]
    if isinstance(ours, list) and isinstance(official, list) and len(ours) == len(official):
        return [
            p
            for i, pair in enumerate(zip(ours, official, strict=True))
            for p in differing(*pair, f"{path}[{i}]")
        ]
    return [] if ours == official else [path]


def test_the_state_and_the_container_are_the_official_ones(deployed):
    """Everything but names of images, ids, addresses and ports is as recorded."""
    state = deployed.state()
    for entry in json.loads((RECORDINGS / "reference-state.json").read_text()):
        ours = json.loads(deployed.recorded_again(json.dumps(state[entry["type"]])))
        official = {**entry["outputs"]}
        del official["__pulumi_raw_state_delta"]
        own = {
            ".id",
            ".image",
            ".imageId",
            ".mountpoint",
            ".bcryptHash",
            ".result",
            ".ports[0].external",
            ".ipamConfigs[0].gateway",
            ".ipamConfigs[0].subnet",
            ".networkDatas[0].gateway",
            ".networkDatas[0].ipAddress",
            ".networkDatas[0].ipPrefixLength",
            ".networkDatas[0].macAddress",
        }
        assert set(differing(ours["outputs"], official)) <= own, entry["type"]
        assert set(differing(ours["inputs"], entry["inputs"])) <= own, entry["type"]
    found = json.loads(deployed.recorded_again(json.dumps(deployed.inspect())))
    official = json.loads((RECORDINGS / "reference-inspect.json").read_text())
    assert set(differing(found["Config"], official["Config"])) <= {".Image", ".Env"}
    host = differing(found["HostConfig"], official["HostConfig"])
    assert set(host) <= {".PortBindings.8000/tcp[0].HostPort", ".CgroupnsMode"}
    assert {"A=1", "B=2"} <= set(found["Config"]["Env"])
    assert list(found["NetworkSettings"]["Networks"]) == ["gold_net"]


def test_previews_decide_as_recorded_and_nothing_changes_by_itself(deployed):
    assert deployed.plan() == {}
    for case in recorded("preview-decisions.json"):
        if case["change"] in CHOSEN:
            deployed.case(case["change"])
            assert deployed.plan() == case["result"], case["change"]
    deployed.case({})
    deployed.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    deployed.up("--expect-no-changes")


def test_refreshes_decide_as_recorded_and_heal(deployed):
    for case in recorded("refresh-decisions.json"):
        what = case["outside change"]
        deployed.shell(case["command"])
        assert deployed.plan("--refresh") == case["preview --refresh"], what
        healed = deployed.pulumi("up", "--yes", "--skip-preview", "--refresh", ok=False)
        assert (healed.returncode == 0) == case["up --refresh heals"], what + healed.stdout
        if healed.returncode == 0:
            assert deployed.inspect()["State"]["Running"], what
        else:
            assert "already exists" in healed.stdout
        deployed.shell("docker unpause gold_c || true")


def test_destroy_removes_everything(deployed):
    deployed.pulumi("destroy", "--yes", "--skip-preview")
    assert deployed.client.containers.list(all=True, filters={"name": deployed.prefix}) == []
    assert deployed.client.networks.list(names=[deployed.prefix]) == []
    assert deployed.client.volumes.list(filters={"name": deployed.prefix}) == []


def test_secrets_in_inputs_stay_secret_in_the_state(reference):
    program = reference.localized(PROGRAM).replace('"A=1"', 'pw.result.apply(lambda r: "A=" + r)')
    reference.project.program(program.replace("19301", str(free_ports(1)[0])))
    reference.up()
    shown = reference.pulumi("stack", "export", "--show-secrets").stdout
    (secret,) = [
        json.loads(r["outputs"]["result"]["plaintext"])
        for r in json.loads(shown)["deployment"]["resources"]
        if r["type"].endswith(":RandomPassword")
    ]
    assert secret not in reference.pulumi("stack", "export").stdout
    assert f"A={secret}" in reference.inspect()["Config"]["Env"]
    reference.up("--expect-no-changes")


def start_up(reference):
    return subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=reference.project.folder,
        env=reference.project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
    )


def wait_for_container(reference):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if reference.client.containers.list(filters={"name": f"{reference.prefix}c"}):
            return
        time.sleep(0.05)
    raise AssertionError("the container did not appear")


def plugins_of(reference):
    """The processes of this stack's plugins."""
    home = reference.project.environment["PULUMI_HOME"]
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if f"PULUMI_HOME={home}".encode() in environment and b"plugins/launch.py" in command:
            found.append(int(process.name))
    return found


SLOW_TO_HEAL = {"container": {"healthcheck": {"tests": ["CMD", "true"], "interval": "20s"}}}


def test_a_killed_run_is_healed_by_the_next(reference):
    reference.case(SLOW_TO_HEAL)
    with start_up(reference) as process:
        wait_for_container(reference)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    first = reference.inspect()["Id"]
    deadline = time.monotonic() + 10
    while plugins_of(reference) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert plugins_of(reference) == []
    reference.project.pulumi("cancel", "--yes")
    reference.case({})
    reference.up()
    assert reference.inspect()["Id"] != first
    assert reference.inspect()["State"]["Health"]["Status"] == "healthy"
    reference.up("--expect-no-changes")


def test_an_interrupted_run_records_what_it_made(reference):
    reference.case(SLOW_TO_HEAL)
    with start_up(reference) as process:
        wait_for_container(reference)
        os.kill(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "interrupted while waiting for the container's health" in output
    recorded_id = reference.state()["docker:index/container:Container"]["id"]
    assert recorded_id == reference.inspect()["Id"]
    reference.case({})
    reference.up()
    assert reference.inspect()["State"]["Health"]["Status"] == "healthy"
