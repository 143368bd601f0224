"""What all tiers share."""

import json
from pathlib import Path

import hypothesis  # also because its plugin would at the end, too deep for Python 3.11's stack
import pytest

from infra.configuration import from_file
from tests.scheduling import ByEnvironment

hypothesis.settings.register_profile(
    "ledgerflow", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("ledgerflow")  # a busy machine is slow, and no test is about that

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of this clone."""
    return REPOSITORY


@pytest.fixture
def stack_config():
    """Return the configuration of a committed stack as Pulumi hands it to a program: strings."""

    def load(stack: str, **changes: object) -> dict[str, str]:
        values = {**from_file(REPOSITORY / f"Pulumi.{stack}.yaml"), **changes}
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}

    return load


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give workers what belongs together."""
    return ByEnvironment(config, log)
