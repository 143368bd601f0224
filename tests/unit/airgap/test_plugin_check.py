"""Check refuses what the stand-in would not apply, and fills in the official defaults."""

import pytest

from airgap.plugins.docker.package import DockerPackage
from airgap.plugins.resource import Naming
from airgap.plugins.values import SIGNATURE, UNKNOWN

pytestmark = pytest.mark.unit

PACKAGE = DockerPackage()
NAMING = Naming("c", bytes.fromhex("0123456789abcdef"))
BASE = {"name": "n", "image": "sha256:1"}


def check(kind, inputs, olds=None, naming=NAMING):
    resource = PACKAGE.resources[f"docker:index/{kind[0].lower()}{kind[1:]}:{kind}"]
    return resource.check(inputs, olds or {}, naming)


def failures(inputs):
    return check("Container", {**BASE, **inputs}).failures


def test_defaults_are_the_official_ones_and_are_marked():
    inputs = check("Container", BASE).inputs
    assert inputs == {
        **BASE,
        "networkMode": "bridge",
        "restart": "no",
        "mustRun": True,
        "start": True,
        "waitTimeout": 60,
        "containerReadRefreshTimeoutMilliseconds": 15000,
        "removeVolumes": True,
        "__defaults": [
            "containerReadRefreshTimeoutMilliseconds",
            "mustRun",
            "networkMode",
            "removeVolumes",
            "restart",
            "start",
            "waitTimeout",
        ],
    }


def test_a_port_gets_its_defaults():
    inputs = check("Container", {**BASE, "ports": [{"internal": 80}]}).inputs
    expected = {
        "internal": 80,
        "ip": "0.0.0.0",
        "protocol": "tcp",
        "__defaults": ["ip", "protocol"],
    }
    assert inputs["ports"] == [expected]


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({"memoryy": 5}, "'memoryy'"),
        ({"ports": [{"internal": 80, "externals": 80}]}, "c.ports[0].externals"),
        ({"ports": [{"external": 80}]}, "c.ports[0].internal"),
        ({"memory": "much"}, "c.memory"),
        ({"memory": 1.5}, "c.memory"),
        ({"envs": "A=1"}, "c.envs"),
        ({"envs": [{"A": "1"}]}, "c.envs[0]"),
        ({"tmpfs": ["/t"]}, "c.tmpfs"),
        ({"healthcheck": ["CMD"]}, "c.healthcheck"),
        ({"healthcheck": {"tests": ["CMD"], "interval": "soon"}}, "c.healthcheck.interval"),
        ({"restart": "sometimes"}, "c.restart"),
        ({"mounts": [{"type": "nfs", "target": "/x"}]}, "c.mounts[0].type"),
        ({"mounts": [{"type": "bind", "target": "/x", "tmpfsOptions": {"mode": 7}}]}, "mounts[0]"),
        ({"uploads": [{"file": "/x"}]}, "uploads[0]"),
        ({"uploads": [{"file": "/x", "content": "a", "source": "b"}]}, "uploads[0]"),
        (
            {"hosts": [{"host": "h", "ip": {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17"}}]},
            "asset",
        ),
    ],
)
def test_a_wrong_input_is_named(inputs, named):
    assert len(failures(inputs)) == 1
    assert named in failures(inputs)[0]


@pytest.mark.parametrize(
    "inputs",
    [
        {"attach": True},
        {"logs": True},
        {"gpus": "all"},
        {"deviceRequests": [{"count": 1}]},
        {"networksAdvanced": [{"name": "n", "gwPriority": 1}]},
        {"networksAdvanced": [{"name": "n", "macAddress": "02:00:00:00:00:01"}]},
        {"mounts": [{"type": "volume", "target": "/x", "volumeOptions": {"subpath": "y"}}]},
    ],
)
def test_an_unsupported_input_is_refused_and_named(inputs):
    (failure,) = failures(inputs)
    name = next(iter(inputs))
    assert f"'{name}" in failure
    assert "not supported by LedgerFlow's stand-in for the docker plugin" in failure


def test_an_unsupported_input_at_its_zero_value_is_accepted():
    assert failures({"attach": False, "logs": False, "gpus": ""}) == []


def test_all_mistakes_are_reported_at_once():
    assert len(failures({"restart": "x", "memory": -1, "typo": 1})) == 3


def test_an_empty_upload_is_content_too():
    assert failures({"uploads": [{"file": "/x", "content": ""}]}) == []


def test_unknown_values_pass():
    checked = check(
        "Container",
        {
            **BASE,
            "image": UNKNOWN,
            "envs": ["A=1", UNKNOWN],
            "memory": UNKNOWN,
            "ports": UNKNOWN,
            "networksAdvanced": [{"name": UNKNOWN}],
            "mounts": [UNKNOWN],
            "uploads": [UNKNOWN],
        },
    )
    assert checked.failures == []
    assert checked.inputs["image"] is UNKNOWN
    assert checked.inputs["envs"] == ["A=1", UNKNOWN]


def test_a_required_input_is_missed():
    (failure,) = check("Container", {"name": "n"}).failures
    assert "'image' is required" in failure


def test_values_take_the_type_of_the_input():
    inputs = check("Container", {**BASE, "memory": "64", "user": 0, "tty": "true"}).inputs
    assert (inputs["memory"], inputs["user"], inputs["tty"]) == (64, "0", True)


class TestNames:
    def test_a_name_is_made_when_none_is_given(self):
        inputs = check("Volume", {}).inputs
        assert inputs["name"] == "c-0123456"
        assert inputs["__defaults"] == ["name"]

    def test_a_made_name_is_kept(self):
        olds = {"name": "c-old", "__defaults": ["name"]}
        assert check("Volume", {}, olds).inputs["name"] == "c-old"

    def test_a_given_name_is_not_kept_when_it_goes(self):
        olds = {"name": "given", "__defaults": []}
        assert check("Volume", {}, olds).inputs["name"] == "c-0123456"

    def test_the_engine_may_propose_one(self):
        naming = Naming("c", b"", proposed="stack-c")
        assert check("Network", {}, naming=naming).inputs["name"] == "stack-c"

    def test_the_engine_may_forbid_made_names(self):
        naming = Naming("c", b"", disabled=True)
        assert "automatic naming is switched off" in check("Network", {}, naming=naming).failures[0]
        assert check("Network", {"name": "n"}, naming=naming).failures == []


def test_pushing_an_image_is_refused(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    build = {"context": str(tmp_path)}
    (failure,) = check("Image", {"imageName": "x", "build": build}).failures
    assert "'skipPush' must be true" in failure


def test_a_missing_dockerfile_is_named(tmp_path):
    inputs = {"imageName": "x", "skipPush": True, "build": {"context": str(tmp_path)}}
    (failure,) = check("Image", inputs).failures
    assert f"{tmp_path}/Dockerfile" in failure


@pytest.mark.parametrize("key", ["registryAuth", "sshOpts", "certPath", "nonsense"])
def test_provider_configuration_that_is_not_supported_is_refused(key):
    (failure,) = PACKAGE.check_config({key: "x", "version": "5.2.0"})
    assert f"'{key}'" in failure


def test_provider_configuration_that_is_supported_or_empty_is_accepted():
    config = {"host": "unix:///x", "context": "c", "registryAuth": "[]", "version": "5.2.0"}
    assert PACKAGE.check_config(config) == []
