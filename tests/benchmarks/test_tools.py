"""What `search_web` adds to asking SearXNG: rights, limits, breaker, reading, the log of runs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import httpx
import pytest
from core.limits import Limit, Place, take
from django.conf import settings as django_settings
from fake_searxng import running_fake
from tools import breaker
from tools.models import Tool
from tools.services.running import run

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db]

SEARCH = "tools.search_tool.search_web"
ROUNDS = 300
WARM_UP = 20
MOST = 0.015
"""Seconds that 99 of 100 runs may compute beside asking."""


@dataclass
class Taken:
    """Seconds of many runs: on the clock, and those that this thread computed."""

    clock: list[float] = field(default_factory=list)
    computed: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        began, computed = time.perf_counter(), time.thread_time()
        yield
        self.clock.append(time.perf_counter() - began)
        self.computed.append(time.thread_time() - computed)

    def __sub__(self, other: "Taken") -> "Taken":
        return Taken(
            [mine - its for mine, its in zip(self.clock, other.clock, strict=True)],
            [mine - its for mine, its in zip(self.computed, other.computed, strict=True)],
        )

    def shown(self) -> str:
        return f"on the clock {_shown(self.clock)}; computing {_shown(self.computed)}"


def percentile(seconds: list[float], part: int) -> float:
    return sorted(seconds[WARM_UP:])[round(part / 100 * (len(seconds) - WARM_UP - 1))]


def _shown(seconds: list[float]) -> str:
    return ", ".join(f"p{part} {percentile(seconds, part) * 1000:.2f} ms" for part in (50, 95, 99))


def test_the_overhead_of_a_search(ada, monkeypatch, redis_cache):
    """Pairs a bare question with a run, in turns, so that a busy machine slows both alike.

    What is asserted is what the process computes: the clock also shows what else the machine does.
    """
    breaker.forget_own()
    Tool.objects.update(cache=0)
    monkeypatch.setattr("tools.services.running._respect_rate", _generous)
    bare, whole = Taken(), Taken()
    with running_fake() as fake, httpx.Client(trust_env=False) as client:
        told = replace(django_settings.LEDGERFLOW, searxng_url=fake.url)
        monkeypatch.setattr(django_settings, "LEDGERFLOW", told)
        for number in range(ROUNDS + WARM_UP):
            fields = {"q": f"word {number}", "format": "json", "safesearch": "1"}
            with bare.one():
                client.post(f"{fake.url}/search", data=fields).json()
            with whole.one():
                run(ada, SEARCH, {"q": f"word {number}"})
        assert len(fake.asked) == 2 * (ROUNDS + WARM_UP)
    own = whole - bare
    ratio = percentile(whole.clock, 50) / percentile(bare.clock, 50)
    print(f"\n{ROUNDS} searches: a run takes {ratio:.1f} times a bare question (median)")
    for name, taken in (("bare question", bare), ("run", whole), ("the run's own", own)):
        print(f"{name}: {taken.shown()}", flush=True)
    assert percentile(own.computed, 99) < MOST


def _generous(course, rate):
    """Take a place as a run does, of a limit that the benchmark does not reach."""
    assert isinstance(take(f"tool:{course.path}:{course.actor.pk}", Limit(10_000, 60)), Place)
