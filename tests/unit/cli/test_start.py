"""How a command starts: with what it needs, because each import is waited for at every start."""

import pkgutil
import subprocess
import sys
from importlib import import_module

import click
import pytest

import cli
from cli.__main__ import PLACES, commands, main

pytestmark = pytest.mark.unit

RENDERING = {"drift", "reconcile"}
"""Commands that render containers, to compare them with those that run."""
SDK = ("pulumi", "pulumi_docker", "pulumi_random")
"""`pulumi up` runs the program in a process of its own."""
FIRST_WITH = """
import importlib, sys
unwanted = set(sys.argv[1].split(","))
for name in sys.argv[2:]:
    importlib.import_module(name)
    if unwanted & set(sys.modules):
        sys.exit(f"{name} imports {unwanted & set(sys.modules)}")
"""


def refuse(repository, unwanted, modules):
    """Import the modules in a fresh interpreter, which fails at the first that brings unwanted."""
    words = [sys.executable, "-c", FIRST_WITH, ",".join(unwanted), *modules]
    result = subprocess.run(words, cwd=repository, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


def test_commands_that_render_nothing_start_without_pulumi(repository):
    modules = {place.partition(":")[0] for name, place in PLACES.items() if name not in RENDERING}
    assert {"cli.up", "cli.status", "cli.report.command"} <= modules
    refuse(repository, SDK, ["cli.__main__", *sorted(modules)])


def test_what_only_reads_the_configuration_starts_without_docker_as_well(repository):
    refuse(repository, [*SDK, "docker", "guard.client"], ["cli.__main__", "cli.env", "cli.spec"])


def test_every_command_is_where_the_table_says_under_its_name():
    context = click.Context(commands)
    found = {name: commands.get_command(context, name) for name in PLACES}
    assert {name: command.name for name, command in found.items()} == {
        name: name for name in PLACES
    }


def test_no_command_is_left_out_of_the_table():
    modules = [
        module.name
        for module in pkgutil.walk_packages(cli.__path__, "cli.")
        if module.name != "cli.__main__"
    ]
    written = {
        f"{module}:{name}"
        for module in modules
        for name, value in vars(import_module(module)).items()
        if isinstance(value, click.Command)
    }
    assert written == set(PLACES.values())


def test_the_help_lists_every_command_with_its_own_words(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["make", "--help"])
    assert main() == 0
    _, _, listed = capsys.readouterr().out.partition("Commands:\n")
    lines = dict(line.split(maxsplit=1) for line in listed.splitlines() if line)
    assert sorted(lines) == sorted(PLACES)
    assert lines["up"].startswith("Bring the environment up")


def test_a_mistyped_command_is_told_what_was_meant(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["make", "status"[:-1]])
    assert main() == 2
    assert "No such command 'statu'. Did you mean 'status'?" in capsys.readouterr().err
