"""Requests to the daemon are read as the daemon reads them, or refused."""

import pytest
from authz_request_cases import CASES, UNREADABLE, encoded
from hypothesis import given
from hypothesis import strategies as st

from guard.authz.requests import Request, UnreadableError, read
from guard.effects import KillContainer, Look, RemoveContainer, StopContainer

pytestmark = pytest.mark.guard

JSON = {"Content-Type": "application/json", "Content-Length": "7"}
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def asked(method, uri, body=None, headers=None):
    return read(Request(method, uri, body, headers or {}))


@pytest.mark.parametrize(
    ("method", "uri", "body", "effects"), CASES, ids=[f"{m} {u}" for m, u, *_ in CASES]
)
def test_a_request_is_read_into_its_effects(method, uri, body, effects):
    assert asked(method, uri, encoded(body)) == tuple(effects)


@pytest.mark.parametrize(("method", "uri", "body", "reason"), UNREADABLE)
def test_what_cannot_be_told_is_refused(method, uri, body, reason):
    with pytest.raises(UnreadableError, match=reason):
        asked(method, uri, body)


@pytest.mark.parametrize("kind", [FORM, "Multipart/Form-Data; boundary=x"])
def test_a_form_could_say_something_else_than_the_query(kind):
    with pytest.raises(UnreadableError, match="shows nothing"):
        asked("POST", "/containers/x/kill?signal=HUP", headers={"content-type": kind})


def test_a_typed_body_that_is_not_shown_may_be_a_form_under_a_second_header():
    with pytest.raises(UnreadableError, match="shows nothing"):
        asked("POST", "/containers/x/stop?t=9", headers=JSON)
    empty = {**JSON, "Content-Length": "0"}
    assert asked("POST", "/containers/x/stop?t=9", headers=empty) == (StopContainer("x"),)
    assert asked("POST", "/containers/x/stop?t=0", b"{}", JSON) == (KillContainer("x"),)


@pytest.mark.parametrize(
    "uri", ["/build?t=x", "/images/load", "/images/create?fromSrc=-", "/session", "/exec/1/start"]
)
def test_streams_of_other_types_are_awaited(uri):
    assert asked("POST", uri, headers={"Content-Type": "application/x-tar"}) == (Look(),)


def test_looking_is_never_a_form():
    assert asked("GET", "/containers/json", headers={"Content-Type": FORM}) == (Look(),)


def test_a_certificate_names_the_user():
    assert Request("GET", "/", user="someone").user == "someone"


def test_every_word_that_go_takes_for_no_is_no_and_every_other_is_yes():
    for word in ("", "0", "no", "NO", "false", "False", "none", " none "):
        assert asked("DELETE", f"/containers/x?v={word.replace(' ', '+')}") == (
            RemoveContainer("x"),
        )
    for word in ("1", "true", "TRUE", "t", "yes", "on", "2", "-1", "nope"):
        assert asked("DELETE", f"/containers/x?v={word}") == (RemoveContainer("x", volumes=True),)


WORDS = st.sampled_from(
    [
        "containers",
        "volumes",
        "create",
        "prune",
        "x",
        "",
        "..",
        ".",
        "%2e%2e",
        "%2f",
        "exec",
        "v1.41",
    ]
)
PATHS = st.lists(WORDS | st.text(max_size=5), max_size=6).map(lambda words: "/" + "/".join(words))
QUERIES = st.text('av=&%;0123+{}[]":,', max_size=20)
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "post", ""]) | st.text(
    max_size=6
)
BODIES = st.binary(max_size=40) | st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Cmd", "HostConfig", "Binds", "Mounts", "Labels", "DriverOpts"]), inner
        )
    ),
    max_leaves=8,
).map(encoded)


@given(METHODS, PATHS, QUERIES, BODIES)
def test_whatever_comes_is_read_or_refused(method, path, query, body):
    try:
        effects = asked(method, f"{path}?{query}", body)
    except UnreadableError:
        return  # a refusal
    assert effects
    if method.upper() == "DELETE":
        assert not any(isinstance(effect, Look) for effect in effects)
