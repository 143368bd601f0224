"""Twenty rounds of up, preview and refresh on environments that nobody touched: never a change.

Prints the seconds of each command. `make test` does one round, in
tests/e2e/production/test_environments.py.
"""

import docker
import pytest
from machine import Clone
from ratios import Timing, timed

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(7200)]

ROUNDS = 20


@pytest.fixture(params=["dev", "prod", "staging"])
def clone(request, repository, tmp_path):
    client = docker.from_env()
    fresh = Clone.of(repository, tmp_path, like=request.param)
    try:
        result = fresh.make("up")
        assert result.returncode == 0, result.stdout + result.stderr
        yield fresh
    finally:
        fresh.remove(client)
        client.close()


def test_twenty_rounds_change_nothing(clone, capsys):
    client = docker.from_env()
    before = clone.identities(client)
    seconds = {"make up": [], "make preview": [], "pulumi refresh": []}
    for _ in range(ROUNDS):
        seconds["make up"].append(timed(lambda: clone.make("up")))
        seconds["make preview"].append(timed(lambda: clone.make("preview")))
        seconds["pulumi refresh"].append(
            timed(lambda: clone.pulumi("refresh", "--yes", "--expect-no-changes"))
        )
        assert clone.identities(client) == before
    client.close()
    with capsys.disabled():
        print(f"\n\n{ROUNDS} rounds on an environment like {clone.like}, no change in any")
        for name, values in seconds.items():
            print(Timing(name, tuple(values)))
