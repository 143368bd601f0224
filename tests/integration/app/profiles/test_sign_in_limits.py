"""Wrong passwords: so many, and no more, at every door, with and without Redis."""

import threading

import pytest
import redis
from asgiref.sync import async_to_sync
from core import limits
from django.contrib.auth import aauthenticate, authenticate
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from profiles.sign_in_limits import TooManySignInsError

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
DOORS = ["/login/", "/admin/login/"]


def attempt(name="ada", password="wrong", door="/login/", address="192.0.2.1", **headers):
    client = Client(headers={"host": "localhost", **headers}, REMOTE_ADDR=address)
    return client.post(door, {"username": name, "password": password})


def statuses(number, **how):
    return [attempt(**how).status_code for _ in range(number)]


@pytest.fixture(params=["redis", "no redis"])
def counting(request):
    """Both ways of counting."""
    if request.param == "redis":
        request.getfixturevalue("redis_cache")


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("door", DOORS)
def test_after_five_wrong_ones_the_right_password_is_refused_too(administrator, door):
    assert statuses(5, name="root", door=door) == [200] * 5
    refused = attempt("root", "root-password", door)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "too many attempts with a wrong name or password" in refused.content.decode()
    assert "sessionid" not in refused.cookies
    assert attempt("ROOT", "root-password", door).status_code == 429
    other = "/login/" if door != "/login/" else "/admin/login/"
    assert attempt("root", "root-password", other, "192.0.2.2").status_code == 429


@pytest.mark.usefixtures("counting")
def test_right_passwords_count_nothing(ada):
    for _ in range(7):
        assert attempt(password="ada-password").status_code == 302
    assert statuses(4) == [200] * 4
    assert attempt(password="ada-password").status_code == 302
    assert statuses(2) == [200, 429]


@pytest.mark.usefixtures("counting")
def test_an_address_may_fail_thirty_times_whatever_the_names(ada):
    assert {attempt(f"name-{number}").status_code for number in range(30)} == {200}
    assert attempt(password="ada-password").status_code == 429
    assert attempt(password="ada-password", address="192.0.2.2").status_code == 302


def test_names_that_nobody_has_are_answered_alike(ada):
    for _ in range(5):
        known, unknown = attempt("ada").content, attempt("nobody").content
        assert wrong_words(known) == wrong_words(unknown)
    known, unknown = attempt("ada"), attempt("nobody")
    assert known.status_code == unknown.status_code == 429


def wrong_words(page: bytes) -> list[str]:
    return [line for line in page.decode().splitlines() if "correct" in line]


def test_names_that_nobody_has_cost_as_many_hashes(ada, monkeypatch):
    hasher, hashed = type(get_hasher()), []
    encode = hasher.encode

    def counted(self, *arguments):
        hashed.append(1)
        return encode(self, *arguments)

    monkeypatch.setattr(hasher, "encode", counted)
    costs = []
    for name in ["ada"] * 6 + ["nobody"] * 6:
        hashed.clear()
        attempt(name)
        costs.append(len(hashed))
    assert costs == [1, 1, 1, 1, 1, 0] * 2


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_forged_header_changes_nothing(ada, settings, proxies):
    """Caddy, where there is one, writes the address that it sees at the end."""
    settings.TRUSTED_PROXIES = proxies
    seen = ", 198.51.100.7" if proxies else ""
    for number in range(30):
        forged = f"203.0.113.{number}{seen}"
        assert attempt(f"name-{number}", x_forwarded_for=forged).status_code == 200
    forged = f"203.0.113.99{seen}"
    assert attempt(password="ada-password", x_forwarded_for=forged).status_code == 429
    if proxies:
        other = attempt(password="ada-password", x_forwarded_for="198.51.100.8")
        assert other.status_code == 302


def test_what_people_type_as_a_name_is_not_kept(redis_cache):
    attempt("my-secret-password")
    with redis.Redis(port=redis_cache.port) as client:
        keys = b" ".join(client.keys("*"))
    assert b"sign-in:account:" in keys
    assert b"my-secret" not in keys


def test_a_redis_that_goes_away_forgets_no_limit(ada, redis_cache):
    assert statuses(3) == [200] * 3
    redis_cache.kill()
    try:
        assert statuses(3) == [200, 200, 429]
        assert attempt(password="ada-password").status_code == 429
    finally:
        redis_cache.start()


def test_programs_are_told_in_json(ada):
    statuses(5)
    response = attempt(accept="application/json")
    assert response.status_code == 429
    problem = response.json()
    assert problem["code"] == "too_many_sign_ins"
    assert str(problem["retry_after"]) == response.headers["Retry-After"]


def test_without_a_request_there_is_the_account_alone(ada):
    assert authenticate(username="ada", password="ada-password") == ada
    assert authenticate(username="ada") is None
    for _ in range(5):
        assert authenticate(username="ada", password="wrong") is None
    with pytest.raises(TooManySignInsError):
        authenticate(username="ada", password="ada-password")


def test_asynchronous_code_is_limited_too(ada):
    assert async_to_sync(aauthenticate)(username="ada", password="ada-password")
    for _ in range(5):
        assert async_to_sync(aauthenticate)(username="ada", password="wrong") is None
    with pytest.raises(TooManySignInsError):
        async_to_sync(aauthenticate)(username="ada", password="ada-password")


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_time_five_are_looked_at(redis_cache):
    User.objects.create_user("ada", password="ada-password")
    found: list[int] = []
    start = threading.Barrier(12)

    def try_one():
        start.wait(10)
        try:
            found.append(attempt().status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == [200] * 5 + [429] * 7


def test_the_window_slides(redis_cache):
    """Redis's own clock: places taken long ago are free again, whatever came after them."""
    limit = limits.Limit(2, 60)
    first, _ = limits.take("slide", limit), limits.take("slide", limit)
    assert isinstance(limits.take("slide", limit), limits.Full)
    with redis.Redis(port=redis_cache.port) as client:
        client.zincrby("ledgerflow:limit:slide", -60_000, first.identifier)
    assert isinstance(limits.take("slide", limit), limits.Place)
    assert isinstance(limits.take("slide", limit), limits.Full)
