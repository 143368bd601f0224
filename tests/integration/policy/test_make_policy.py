"""`python -m policies` and `make policy` as a person calls them: they answer, and they end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from airgap.plugins.install import install
from policies.preview import _diagnostics
from tests.integration.airgap.conftest import project, pulumi_dir

pytestmark = pytest.mark.integration
__all__ = ["project", "pulumi_dir"]

SECONDS = 120


@pytest.fixture
def elsewhere(project):
    """Variables of a shell in which another environment's Pulumi was set up."""
    install(Path(project.environment["PULUMI_HOME"]), Path(sys.executable))
    other = {
        "PULUMI_BACKEND_URL": "file:///lftest-nowhere",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "/lftest-nowhere/passphrase",
        "PULUMI_STACK": "prod",
        "PULUMI_OPTION_STACK": "prod",
    }
    return {**project.environment, **other}


def test_the_module_is_the_command_and_ends(repository, elsewhere):
    answer = subprocess.run(
        [sys.executable, "-m", "policies", "--stack", "dev", "--json"],
        cwd=repository,
        env=elsewhere,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert json.loads(answer.stdout)["violations"] == []


def test_nothing_to_look_at_is_a_wrong_command_line(repository, elsewhere):
    answer = subprocess.run(
        [sys.executable, "-m", "policies"],
        cwd=repository,
        env=elsewhere,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert answer.returncode == 2
    assert "--stack" in answer.stderr


def test_of_a_failed_preview_only_its_errors_are_told():
    document = {
        "config": {"ledgerflow:secrets": "canary"},
        "diagnostics": [
            {"severity": "error", "message": "error: wrong\n"},
            {"severity": "info", "message": "canary"},
        ],
    }
    assert _diagnostics(json.dumps(document)) == "wrong"
    assert _diagnostics("no json, canary") == ""
