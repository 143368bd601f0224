"""Nobody reads what is not theirs: every address, as nobody, as a stranger, as the owner."""

import leak_cases  # noqa: F401 - registers the cases
import pytest
from core.views import health
from django.test import Client
from django.urls import reverse
from leaks import CASES, Case, addresses

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_every_address_has_a_case():
    assert set(addresses()) == set(CASES)


def ask(client: Client, name: str, case: Case) -> tuple[int, str]:
    """Return the status and the words of the answer."""
    address = reverse(name, kwargs=case.kwargs)
    response = getattr(client, case.method)(address, case.data)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, body.decode(errors="replace")


@pytest.mark.parametrize("name", sorted(CASES))
def test_each_gets_what_is_theirs(name, ada, stranger, monkeypatch):
    monkeypatch.setattr(health, "probes", lambda _: {})
    if name == "core:readyz":
        monkeypatch.setattr(health, "all_ready", lambda _: False)
    case = CASES[name](ada)
    for user, expected in ((None, case.nobody), (stranger, case.stranger)):
        client = Client(headers={"host": "localhost"})
        if user:
            client.force_login(user)
        status, words = ask(client, name, case)
        assert status == expected, (user, status)
        assert not case.secret or case.secret not in words
    client = Client(headers={"host": "localhost"})
    client.force_login(ada)
    status, words = ask(client, name, case)
    assert status == case.owner
    assert case.secret in words
