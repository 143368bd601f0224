"""How a command starts: with what it needs, because each import is waited for at every start."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.unit

FIRST_WITH_PULUMI = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    if {"pulumi", "pulumi_docker", "pulumi_random"} & set(sys.modules):
        sys.exit(f"{name} imports Pulumi's SDK")
"""
"""Only who renders containers needs the SDK; `pulumi up` runs the program in another process."""


def test_commands_that_render_nothing_start_without_pulumi(repository):
    modules = [
        *("cli.up", "cli.status", "cli.down", "cli.report.command", "cli.backup.command"),
        *("cli.rotation.command", "cli.volumes.command", "cli.demo", "cli.policy"),
    ]
    words = [sys.executable, "-c", FIRST_WITH_PULUMI, *modules]
    result = subprocess.run(words, cwd=repository, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
