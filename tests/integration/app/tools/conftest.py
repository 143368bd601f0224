"""A SearXNG that answers as a test wants, and breakers that are closed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from fake_searxng import Fake, running_fake
from tools import breaker


@pytest.fixture
def searxng(db, monkeypatch) -> Iterator[Fake]:
    """A fake that the settings name."""
    breaker.forget_own()
    cache.clear()
    with running_fake() as fake:
        told = replace(django_settings.LEDGERFLOW, searxng_url=fake.url)
        monkeypatch.setattr(django_settings, "LEDGERFLOW", told)
        yield fake
    breaker.forget_own()
