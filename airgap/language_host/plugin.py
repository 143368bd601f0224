"""``RunPlugin``: a policy pack, or a plugin written in Python, in a process of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import grpc
from pulumi.runtime.proto import language_pb2

from airgap.language_host import interpreter, options
from airgap.language_host.calls import end_with_call, output_of
from airgap.language_host.errors import LanguageHostError
from airgap.language_host.processes import Processes
from airgap.language_host.tether import tethered

_POLICY_PACK = "analyzer"
_POLICY_RUNNER = "pulumi.policy"


def run(
    request: language_pb2.RunPluginRequest, processes: Processes, context: grpc.ServicerContext
) -> Iterator[language_pb2.RunPluginResponse]:
    """Run the plugin, stream what it prints, and end with its exit code.

    When the engine ends the call, the plugin is ended too.

    Raises:
        LanguageHostError: the plugin cannot be run here.
    """
    if request.attach_debugger:
        raise LanguageHostError(
            f"Attaching a debugger to the plugin in {request.info.program_directory} is not"
            " supported here.",
            "Leave --attach-debugger out, or install the official Pulumi.",
        )
    chosen = interpreter.choose(options.read(request.info))
    child = processes.start(
        tethered(chosen.executable, *_target(request)),
        directory=Path(request.pwd),
        environment=chosen.environment(dict(entry.partition("=")[::2] for entry in request.env)),
        output=subprocess.PIPE,
    )
    end_with_call(child, processes, context)
    for name, content in output_of(child):
        if name == "stdout":
            yield language_pb2.RunPluginResponse(stdout=content)
        else:
            yield language_pb2.RunPluginResponse(stderr=content)
    yield language_pb2.RunPluginResponse(exitcode=child.wait())


def _target(request: language_pb2.RunPluginRequest) -> list[str]:
    """What to run, and its arguments."""
    folder = Path(request.info.program_directory) / request.info.entry_point
    if folder.is_dir() and not (folder / "__main__.py").is_file():
        raise LanguageHostError(
            f"The plugin in {folder} has no __main__.py.",
            "Add one; a plugin that is an installed Python package is not supported here.",
        )
    if request.kind == _POLICY_PACK:
        return ["-m", _POLICY_RUNNER, *request.args, str(folder)]
    return [str(folder), *request.args]
