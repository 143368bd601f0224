"""The plugin's protocol: what the daemon asks is answered, and garbage with a refusal."""

import base64
import json
import socket
import threading

import pytest

from guard.authz.asking import answers
from guard.authz.judging import Answer
from guard.authz.server import Server
from guard.authz.supervising import listen
from guard.engine_connection import SocketConnection

pytestmark = pytest.mark.unit


@pytest.fixture
def seen():
    return []


@pytest.fixture
def path(tmp_path, seen):
    def answering(request):
        seen.append(request)
        return Answer(request.method == "GET", "first line\nsecond line")

    place = tmp_path / "p.sock"
    server = Server(listen(place), answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield place
    server.shutdown()
    thread.join()
    server.server_close()


def post(path, what, content, headers=None):
    connection = SocketConnection(str(path), 5)
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    connection.request("POST", what, body=body, headers=headers or {})
    response = connection.getresponse()
    found = json.loads(response.read())
    connection.close()
    return response.status, found


def question(**more):
    return {"RequestMethod": "GET", "RequestUri": "/v1.41/info", **more}


def test_it_is_an_authorization_plugin_of_the_superusers_only(path):
    assert post(path, "/Plugin.Activate", b"") == (200, {"Implements": ["authz"]})
    assert answers(path, 5)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_question_is_read_and_answered(path, seen):
    assert post(path, "/AuthZPlugin.AuthZReq", question()) == (200, {"Allow": True})
    body = base64.b64encode(b"{}").decode()
    asked = question(
        RequestMethod="POST", RequestBody=body, RequestHeaders={"A": "b"}, User="someone"
    )
    refused = {"Allow": False, "Msg": "first line\nsecond line"}
    assert post(path, "/AuthZPlugin.AuthZReq", asked) == (200, refused)
    assert seen[0].body is None
    assert (seen[1].body, seen[1].headers, seen[1].user) == (b"{}", {"A": "b"}, "someone")


def test_what_is_done_is_not_hidden(path, seen):
    assert post(path, "/AuthZPlugin.AuthZRes", question()) == (200, {"Allow": True})
    assert seen == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        {"RequestMethod": "GET"},
        {"RequestMethod": 1, "RequestUri": "/"},
        {"RequestMethod": "GET", "RequestUri": None},
        {"RequestMethod": "GET", "RequestUri": "/", "RequestBody": "no base64!"},
        {"RequestMethod": "GET", "RequestUri": "/", "RequestBody": 3},
        {"RequestMethod": "GET", "RequestUri": "/", "RequestHeaders": [1]},
    ],
)
def test_garbage_is_refused(path, seen, content):
    status, found = post(path, "/AuthZPlugin.AuthZReq", content)
    assert (status, found["Allow"]) == (200, False)
    assert found["Msg"].startswith("[LF049]")
    assert seen == []


def test_a_question_without_an_honest_length_is_refused(path):
    for length in ("", "-1", "x", str(10**12)):
        connection = SocketConnection(str(path), 5)
        connection.putrequest("POST", "/AuthZPlugin.AuthZReq")
        connection.putheader("Content-Length", length)
        connection.endheaders()
        assert json.loads(connection.getresponse().read())["Allow"] is False
        connection.close()


def test_other_paths_and_methods_are_errors(path):
    assert post(path, "/VolumeDriver.Create", {})[0] == 404
    connection = SocketConnection(str(path), 5)
    connection.request("GET", "/Plugin.Activate")
    assert connection.getresponse().status == 501
    connection.close()


def test_connections_are_kept_and_many_are_answered_at_once(path):
    kept = SocketConnection(str(path), 5)
    for _ in range(3):
        kept.request("POST", "/AuthZPlugin.AuthZReq", body=json.dumps(question()))
        assert json.loads(kept.getresponse().read()) == {"Allow": True}
    others = [SocketConnection(str(path), 5) for _ in range(20)]
    for other in others:
        other.request("POST", "/AuthZPlugin.AuthZReq", body=json.dumps(question()))
    assert all(json.loads(o.getresponse().read()) == {"Allow": True} for o in reversed(others))
    for connection in (kept, *others):
        connection.close()


def test_broken_connections_harm_no_other(path):
    with socket.socket(socket.AF_UNIX) as broken:
        broken.connect(str(path))
        broken.sendall(b"POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nContent-Length: 99\r\n\r\n{")
    with socket.socket(socket.AF_UNIX) as noise:
        noise.connect(str(path))
        noise.sendall(b"\x00\xff garbage\r\n\r\n")
        noise.recv(100)
    assert post(path, "/AuthZPlugin.AuthZReq", question())[1] == {"Allow": True}


def test_whatever_does_not_answer_as_a_plugin_does_not_answer(tmp_path):
    assert not answers(tmp_path / "none", 0.1)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "s"))
        silent.listen()
        assert not answers(tmp_path / "s", 0.05)
