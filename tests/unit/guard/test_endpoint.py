"""Which daemon a docker command means: the client's own order, and its contexts."""

import hashlib
import json
from pathlib import Path

import pytest

from guard.endpoint import DEFAULT_HOST, Endpoint, endpoint_of
from guard.engine_api import Engine
from guard.world import WorldError

pytestmark = pytest.mark.unit


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / ".docker"
    folder.mkdir()
    return {"HOME": str(tmp_path)}


def context(home, name, host, *, certificates=False, unverified=False):
    folder = Path(home["HOME"]) / ".docker" / "contexts"
    key = hashlib.sha256(name.encode()).hexdigest()
    meta = folder / "meta" / key
    meta.mkdir(parents=True)
    described = {"Host": host, "SkipTLSVerify": unverified}
    (meta / "meta.json").write_text(
        json.dumps({"Name": name, "Endpoints": {"docker": described} if host else {}})
    )
    if certificates:
        (folder / "tls" / key / "docker").mkdir(parents=True)
    return folder / "tls" / key / "docker"


def test_without_anything_it_is_this_machines_socket(home):
    assert endpoint_of(home) == Endpoint(DEFAULT_HOST)
    assert endpoint_of({}) == Endpoint(DEFAULT_HOST)


def test_the_flag_goes_before_the_context_and_both_before_variables(home):
    context(home, "far", "tcp://far:1")
    variables = {**home, "DOCKER_HOST": "tcp://variable:1", "DOCKER_CONTEXT": "far"}
    assert endpoint_of(variables, "tcp://flag:1", "far").host == "tcp://flag:1"
    assert endpoint_of(variables, context="far").host == "tcp://far:1"
    assert endpoint_of(variables).host == "tcp://variable:1"
    assert endpoint_of({**home, "DOCKER_CONTEXT": "far"}).host == "tcp://far:1"
    assert endpoint_of({**home, "DOCKER_CONTEXT": "default"}).host == DEFAULT_HOST


def test_the_current_context_is_in_the_configuration(home, tmp_path):
    context(home, "far", "ssh://far")
    (tmp_path / ".docker" / "config.json").write_text('{"currentContext": "far"}')
    assert endpoint_of(home).host == "ssh://far"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert endpoint_of(home, config=str(elsewhere)).host == DEFAULT_HOST
    assert endpoint_of({**home, "DOCKER_CONFIG": str(elsewhere)}).host == DEFAULT_HOST


def test_tls_files_are_those_of_the_variables_or_of_the_context(home):
    variables = {**home, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certificates"}
    assert endpoint_of(variables, "tcp://a:1") == Endpoint("tcp://a:1", Path("/certificates"))
    assert endpoint_of(variables, DEFAULT_HOST).certificates is None
    unverified = endpoint_of({**home, "DOCKER_TLS": "1"}, "tcp://a:1")
    assert unverified == Endpoint("tcp://a:1", Path(home["HOME"]) / ".docker", verify=False)
    folder = context(home, "far", "tcp://far:1", certificates=True, unverified=True)
    assert endpoint_of(home, context="far") == Endpoint("tcp://far:1", folder, verify=False)


def test_a_context_that_is_not_there_or_names_nothing_is_an_error(home, tmp_path):
    with pytest.raises(WorldError, match="cannot be read"):
        endpoint_of(home, context="none")
    context(home, "empty", "")
    with pytest.raises(WorldError, match="names no daemon"):
        endpoint_of(home, context="empty")
    for content, reason in (("{", "no JSON"), ("[]", "no JSON object")):
        (tmp_path / ".docker" / "config.json").write_text(content)
        with pytest.raises(WorldError, match=reason):
            endpoint_of(home)


def test_tls_files_that_are_missing_or_broken_are_an_error(tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(WorldError, match="TLS files"):
        Engine(Endpoint("tcp://127.0.0.1:1", tmp_path)).get("/info")


@pytest.mark.parametrize("host", ["tcp://[", "tcp://a:b"])
def test_an_address_that_is_none_is_an_error(host):
    with pytest.raises(WorldError, match="no address"):
        Engine(Endpoint(host)).get("/info")
