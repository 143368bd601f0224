"""``InstallDependencies``: the virtual environment of a project, and what is installed into it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
from pulumi.runtime.proto import language_pb2

from airgap.language_host import options
from airgap.language_host.calls import end_with_call, output_of
from airgap.language_host.errors import LanguageHostError
from airgap.language_host.interpreter import Interpreter
from airgap.language_host.processes import Processes


def install(
    request: language_pb2.InstallDependenciesRequest,
    processes: Processes,
    context: grpc.ServicerContext,
) -> Iterator[language_pb2.InstallDependenciesResponse]:
    """Make the configured virtual environment if it is missing, and install with pip.

    Without a configured virtual environment nothing is installed: the interpreter that runs the
    host belongs to this repository and is filled from its lock file.

    Raises:
        LanguageHostError: an unsupported option, or pip failed.
    """
    if request.use_language_version_tools:
        raise LanguageHostError(
            "Language version tools such as pyenv are not supported here.",
            "Leave --use-language-version-tools out.",
        )
    virtualenv = options.read(request.info).virtualenv
    if virtualenv is None:
        text = f"No virtualenv is configured: {sys.executable} is used as it is.\n"
        yield language_pb2.InstallDependenciesResponse(stdout=text.encode())
        return
    project = Path(request.info.program_directory or request.directory)
    chosen = Interpreter(virtualenv / "bin" / "python", virtualenv)
    for command in commands(chosen, project):
        child = processes.start(
            command,
            directory=project,
            environment=chosen.environment(os.environ),
            output=subprocess.PIPE,
        )
        end_with_call(child, processes, context)
        for name, content in output_of(child):
            if name == "stdout":
                yield language_pb2.InstallDependenciesResponse(stdout=content)
            else:
                yield language_pb2.InstallDependenciesResponse(stderr=content)
        code = child.wait()
        if code != 0:
            raise LanguageHostError(
                f"{' '.join(map(str, command))} failed with exit code {code}.",
                "Its output above says why; correct that and run `pulumi install` again.",
            )


def commands(chosen: Interpreter, project: Path) -> list[list[str | Path]]:
    """What has to run, in this order, for `project` to have its dependencies."""
    steps: list[list[str | Path]] = []
    if chosen.virtualenv is not None and not chosen.executable.exists():
        steps.append([sys.executable, "-m", "venv", chosen.virtualenv])
    if (project / "requirements.txt").is_file():
        steps.append([chosen.executable, "-m", "pip", "install", "-r", "requirements.txt"])
    elif (project / "pyproject.toml").is_file():
        steps.append([chosen.executable, "-m", "pip", "install", "-e", "."])
    return steps
