"""Run a Pulumi program inside its stack, in the interpreter of the user's project.

Standard input carries one JSON object that `airgap.language_host.program` writes. This repository
need not be on the interpreter's path: only the standard library and ``pulumi`` are used.

Exit codes: 0 the program ran; 32 an error was shown to the user; 1 a `pulumi.RunError` was shown;
anything else is the program's own.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

_ALREADY_REPORTED = 32
_THREADS_PER_OPERATION = 4

try:
    import pulumi
    import pulumi.log
    import pulumi.runtime
except ImportError:
    traceback.print_exc()
    sys.exit(
        f"The Pulumi SDK cannot be imported by {sys.executable}.\n"
        "Run `pulumi install`, or install `pulumi` into that interpreter."
    )


def main() -> int:
    """Run the program that standard input describes; the exit code."""
    description: dict[str, Any] = json.load(sys.stdin)
    program: str = description["program"]
    _become(program, description["arguments"])
    _configure(description)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # A program that fails leaves parts of its graph unevaluated, and asyncio would complain of
    # every one of them beside the error that matters.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    workers = max(description["parallel"], 1) * _THREADS_PER_OPERATION
    with ThreadPoolExecutor(workers) as executor:
        loop.set_default_executor(executor)
        try:
            loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _execute(program)))
        except pulumi.RunError as error:
            pulumi.log.error(str(error))
            return 1
        except Exception as error:
            pulumi.log.error(_report(error, program))
            return _ALREADY_REPORTED
    loop.close()
    return 0


def _become(program: str, arguments: list[str]) -> None:
    """Look to the program as if Python had started it directly."""
    with open(os.devnull) as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    sys.argv = [program, *arguments]
    if os.path.isdir(program):  # noqa: PTH112
        del sys.path[0]  # run_path puts the folder there
    else:
        sys.path[0] = os.path.dirname(os.path.abspath(program))  # noqa: PTH100, PTH120


def _configure(description: dict[str, Any]) -> None:
    """Connect the SDK to the engine and give it the stack's configuration."""
    # First into the map that every thread sees, then into this context with the secret keys.
    for key, value in description["config"].items():
        pulumi.runtime.set_config(key, value)
    pulumi.runtime.set_all_config(description["config"], description["secret_keys"])
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=description["monitor"],
            engine=description["engine"],
            project=description["project"],
            stack=description["stack"],
            parallel=description["parallel"],
            dry_run=description["dry_run"],
            organization=description["organization"],
            root_directory=description["root_directory"],
        )
    )


def _execute(program: str) -> None:
    main_file = os.path.join(program, "__main__.py")  # noqa: PTH118
    if os.path.isdir(program) and not os.path.isfile(main_file):  # noqa: PTH112, PTH113
        pulumi.log.error(f"unable to find main python program `__main__.py` in `{program}`")
        sys.exit(_ALREADY_REPORTED)
    runpy.run_path(program, run_name="__main__")


def _report(error: Exception, program: str) -> str:
    """The error as Python shows it, beginning with the program's own first frame."""
    own = {os.path.abspath(program), os.path.abspath(os.path.join(program, "__main__.py"))}  # noqa: PTH100, PTH118
    frames = _from_frame_in(own, error.__traceback__)
    if isinstance(error, SyntaxError) and error.filename in own:
        frames = None  # a main file that cannot be compiled has no frame; the error names the line
    lines = traceback.format_exception(type(error), error, frames)
    return "Program failed with an unhandled exception:\n" + "".join(lines)


def _from_frame_in(files: set[str], frames: TracebackType | None) -> TracebackType | None:
    frame = frames
    while frame is not None:
        if os.path.abspath(frame.tb_frame.f_code.co_filename) in files:  # noqa: PTH100
            return frame
        frame = frame.tb_next
    return frames


if __name__ == "__main__":
    sys.exit(main())
