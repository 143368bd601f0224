"""A container's request and state, held against what the official plugin made of them."""

import json

import pytest

from airgap.plugins.decisions import RECORDINGS
from airgap.plugins.docker import labels
from airgap.plugins.docker.container import mounts, uploads
from airgap.plugins.docker.container.imported import _networks, _volume
from airgap.plugins.docker.container.outputs import outputs
from airgap.plugins.docker.container.spec import create_request
from airgap.plugins.docker.durations import from_nanoseconds, to_nanoseconds
from airgap.plugins.values import without_defaults

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def inspect():
    return json.loads((RECORDINGS / "reference-inspect.json").read_text())


@pytest.fixture(scope="module")
def recorded():
    state = json.loads((RECORDINGS / "reference-state.json").read_text())
    return next(entry for entry in state if entry["type"].endswith(":Container"))


def asked(request, found):
    """Those parts of Docker's description that the request names, without zero values."""
    return {key: found[key] for key, value in request.items() if value not in (0, False)}


def test_the_request_is_what_docker_shows_of_the_official_container(inspect, recorded):
    request = create_request(without_defaults(recorded["inputs"]))
    host = request.pop("HostConfig")
    config = {key: value for key, value in request.items() if value not in (0, False)}
    assert config == asked(request, inspect["Config"])
    settled = {key: value for key, value in host.items() if value not in (0, False)}
    assert settled == asked(host, inspect["HostConfig"])


def test_the_state_is_the_official_one(inspect, recorded):
    expected = {k: v for k, v in recorded["outputs"].items() if k != "__pulumi_raw_state_delta"}
    (network,) = expected["networkDatas"]
    live = {
        **inspect,
        "Id": expected["id"],
        "Name": "/gold_c",
        "Image": expected["image"],
        "Platform": "linux",
        "State": {"Running": True, "ExitCode": 0},
        "NetworkSettings": {
            "Bridge": "",
            "Ports": {"8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "19301"}]},
            "Networks": {
                "gold_net": {
                    "Gateway": network["gateway"],
                    "IPAddress": network["ipAddress"],
                    "IPPrefixLen": network["ipPrefixLength"],
                    "MacAddress": network["macAddress"],
                }
            },
        },
    }
    assert outputs(live, recorded["inputs"]) == expected


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0s", 0),
        ("2s", 2_000_000_000),
        ("1m30s", 90_000_000_000),
        ("500ms", 500_000_000),
        ("1h0m0s", 3_600_000_000_000),
        ("1.5s", 1_500_000_000),
    ],
)
def test_durations_are_gos(text, nanoseconds):
    assert to_nanoseconds(text) == nanoseconds
    assert from_nanoseconds(nanoseconds) == text


def test_durations_may_be_written_in_other_ways():
    assert to_nanoseconds("90s") == to_nanoseconds("1m30s")
    assert to_nanoseconds(None) == 0


@pytest.mark.parametrize(
    ("volume", "bind"),
    [
        ({"volumeName": "v", "containerPath": "/d"}, "v:/d:rw"),
        ({"hostPath": "/h", "containerPath": "/d", "readOnly": True}, "/h:/d:ro"),
        ({"hostPath": "/h", "containerPath": "/d", "selinuxRelabel": "z"}, "/h:/d:rw,z"),
    ],
)
def test_a_volume_becomes_a_bind_and_back(volume, bind):
    assert mounts.binds({"volumes": [volume]}) == [bind]
    assert _volume(bind) == volume


def test_an_imported_container_keeps_the_networks_given_by_hand():
    inspect = {
        "Id": "0123456789abcdef",
        "HostConfig": {"NetworkMode": "bridge"},
        "NetworkSettings": {
            "Networks": {"bridge": {}, "n": {"Aliases": ["web", "0123456789ab", "host"]}},
        },
    }
    assert _networks(inspect) == [{"name": "n", "aliases": ["web"]}]


@pytest.mark.parametrize(
    ("upload", "mode"),
    [
        ({}, 0o644),
        ({"executable": True}, 0o744),
        ({"executable": True, "permissions": "0400"}, 0o400),
    ],
)
def test_an_upload_has_its_mode(upload, mode):
    assert uploads.mode(upload) == mode


@pytest.mark.parametrize(
    ("found", "wanted", "ours"),
    [
        ({"com.ledgerflow.service": "a"}, {"com.ledgerflow.service": "a"}, True),
        ({"com.ledgerflow.service": "a", "x": "y"}, {"com.ledgerflow.service": "a"}, False),
        ({"com.ledgerflow.service": "b"}, {"com.ledgerflow.service": "a"}, False),
        ({"x": "y"}, {"x": "y"}, False),
        (None, {}, False),
    ],
)
def test_only_something_with_exactly_our_labels_is_a_leftover(found, wanted, ours):
    assert labels.is_ours(found, wanted) is ours
