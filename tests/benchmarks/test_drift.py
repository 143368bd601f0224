"""Twenty checks for drift on an environment that nobody touched: none may find anything.

Prints seconds for each check, from a person's command to its answer, and of the comparison alone.
"""

import json
import statistics

import docker
import pytest
from machine import Clone
from ratios import Timing, timed

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

CHECKS = 20


@pytest.fixture(scope="module")
def clone(repository, tmp_path_factory):
    client = docker.from_env()
    fresh = Clone.of(repository, tmp_path_factory.mktemp("clone"))
    result = fresh.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    yield fresh
    fresh.remove(client)
    client.close()


def test_twenty_checks_find_nothing(clone, capsys):
    comparisons = []

    def check():
        result = clone.make("drift", "JSON=1")
        document = json.loads(result.stdout)
        assert document["differences"] == []
        comparisons.append(document["seconds"])
        return result

    whole = Timing("make drift, nothing to find", tuple(timed(check) for _ in range(CHECKS)))
    with capsys.disabled():
        print(f"\n\n{whole}\n  of it the comparison: {statistics.median(comparisons):.2f} s")
