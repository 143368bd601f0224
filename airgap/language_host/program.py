"""``Run``: a Pulumi program in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import grpc
from pulumi.runtime.proto import language_pb2

from airgap.language_host import interpreter, options
from airgap.language_host.calls import end_with_call
from airgap.language_host.errors import LanguageHostError
from airgap.language_host.processes import Child, Processes
from airgap.language_host.tether import tethered

ALREADY_REPORTED = 32
"""The exit code of a program whose error the user has already seen, as the official host has it."""

_EXECUTOR = Path(__file__).parent / "child" / "run_program.py"


def run(
    request: language_pb2.RunRequest,
    engine_address: str,
    processes: Processes,
    context: grpc.ServicerContext,
) -> language_pb2.RunResponse:
    """Run the program to its end and say how it ended.

    What it prints goes to the host's own output, which the engine shows line by line.

    Raises:
        LanguageHostError: the project asks for something that is not there or not supported.
    """
    if request.attach_debugger:
        raise LanguageHostError(
            "Attaching a debugger to the program is not supported here.",
            "Leave --attach-debugger out, or install the official Pulumi.",
        )
    chosen = interpreter.choose(options.read(request.info))
    child = processes.start(
        tethered(chosen.executable, _EXECUTOR),
        directory=Path(request.pwd or request.info.program_directory),
        environment=chosen.environment(os.environ),
        stdin=subprocess.PIPE,
    )
    end_with_call(child, processes, context)
    # Configuration holds secrets: a pipe shows them to nobody, unlike arguments and environment.
    _send(child, _description(request, engine_address))
    return _response(child.wait())


def _description(request: language_pb2.RunRequest, engine_address: str) -> dict[str, object]:
    """What `child/run_program.py` needs to know, ready for JSON."""
    info = request.info
    return {
        "program": str(Path(info.program_directory) / info.entry_point),
        "arguments": list(request.args),
        "monitor": request.monitor_address,
        "engine": engine_address,
        "project": request.project,
        "stack": request.stack,
        "organization": request.organization,
        "root_directory": info.root_directory,
        "dry_run": request.dryRun,
        "parallel": request.parallel,
        "config": dict(request.config),
        "secret_keys": list(request.configSecretKeys),
    }


def _send(child: Child, description: dict[str, object]) -> None:
    if child.stdin is None:
        raise AssertionError("the program was started with a pipe")
    # One that has ended already reads nothing; its exit code says more.
    with suppress(BrokenPipeError), child.stdin:
        child.stdin.write(json.dumps(description).encode())


def _response(code: int) -> language_pb2.RunResponse:
    if code == 0:
        return language_pb2.RunResponse()
    if code == ALREADY_REPORTED:
        return language_pb2.RunResponse(bail=True)
    if code < 0:
        return language_pb2.RunResponse(error=f"program was ended by signal {-code}")
    return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}")
