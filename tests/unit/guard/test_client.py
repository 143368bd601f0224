"""LedgerFlow's own client: every request is asked about before it is sent."""

import json

import pytest

from guard.authz.judging import Answer
from guard.client import GuardedClient
from guard.refusal import RefusedError

pytestmark = pytest.mark.guard


class SentError(Exception):
    """The request was let through: there is no daemon to answer it."""


@pytest.fixture
def client(monkeypatch):
    """A client, the requests it asked about, and whether they are allowed."""
    asked = []

    def ask(request):
        asked.append(request)
        return Answer(ask.allow, "" if ask.allow else "[LF040] it would go\nkeep it")

    def send(self, request, **kwargs):
        raise SentError(request.method)

    monkeypatch.setattr("requests.Session.send", send)
    ask.allow = False
    made = GuardedClient(base_url="unix:///nowhere.sock", version="1.41", ask=ask)
    made.answers, made.asked = ask, asked
    return made


def test_a_refused_request_is_never_sent(client):
    with pytest.raises(RefusedError) as refused:
        client.api.remove_container("ledger_prod_postgres", v=True, force=True)
    assert (refused.value.what, refused.value.remedy) == ("[LF040] it would go", "keep it")
    (request,) = client.asked
    assert (request.method, request.uri) == (
        "DELETE",
        "/v1.41/containers/ledger_prod_postgres?v=True&link=False&force=True",
    )


def test_an_allowed_request_is_sent(client):
    client.answers.allow = True
    with pytest.raises(SentError, match="POST"):
        client.api.create_volume("x")


def test_the_guard_reads_json_bodies_and_no_others(client):
    with pytest.raises(RefusedError):
        client.api.exec_create("abc", ["dropdb", "ledgerflow"])
    with pytest.raises(RefusedError):
        client.api.put_archive("abc", "/", b"a tar file")
    execute, copy = client.asked
    assert json.loads(execute.body)["Cmd"] == ["dropdb", "ledgerflow"]
    assert copy.body is None
    assert copy.uri.endswith("/archive?path=%2F")
