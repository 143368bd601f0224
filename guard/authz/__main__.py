"""The plugin's processes: ``serve`` (the supervisor), ``worker``, and ``wait`` until it answers.

``ledger_docker authz`` is for people; this is what a service runs.
"""

import argparse
import gc
import logging
import os
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guard.authz.asking import answers
from guard.authz.process import Serving, command
from guard.authz.supervising import Supervisor, listen, take_over_when_orphaned

WAIT_SECONDS: Final = 30.0


@dataclass(frozen=True)
class _Words:
    """The command line."""

    part: str
    serving: Serving
    descriptor: int | None


def main(argv: Sequence[str] | None = None) -> int:
    """Run one of the processes; return its exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    words = _parse(argv)
    if words.part == "wait":
        return _wait(words.serving.socket)
    if words.part == "worker" and words.descriptor is not None:
        return _work(words.serving, words.descriptor)
    return _supervise(words.serving, words.descriptor)


def _parse(argv: Sequence[str] | None) -> _Words:
    parser = argparse.ArgumentParser(prog="python -m guard.authz")
    parser.add_argument("part", choices=("serve", "worker", "wait"))
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--docker", required=True)
    parser.add_argument("--repository", type=Path, required=True)
    parser.add_argument("--audit", type=Path, required=True)
    parser.add_argument("--pid-file", type=Path, required=True)
    parser.add_argument("--descriptor", type=int)
    found = parser.parse_args(argv)
    serving = Serving(found.socket, found.docker, found.repository, found.audit, found.pid_file)
    return _Words(found.part, serving, found.descriptor)


def _supervise(serving: Serving, descriptor: int | None) -> int:
    serving.pid_file.parent.mkdir(parents=True, exist_ok=True)
    serving.pid_file.write_text(f"{os.getpid()}\n")
    listening = listen(serving.socket) if descriptor is None else socket.socket(fileno=descriptor)
    Supervisor(listening, serving.socket, command(serving, "worker")).run()
    serving.pid_file.unlink(missing_ok=True)
    return 0


def _work(serving: Serving, descriptor: int) -> int:
    from guard.authz.judging import answer  # noqa: PLC0415 - the supervisor needs none of it
    from guard.authz.machine import Machine  # noqa: PLC0415
    from guard.authz.server import Server  # noqa: PLC0415
    from guard.endpoint import Endpoint  # noqa: PLC0415

    take_over_when_orphaned(descriptor, command(serving, "serve"))
    machine = Machine(Endpoint(serving.docker), serving.repository, serving.audit)
    listening = socket.socket(fileno=descriptor)
    gc.freeze()  # what is loaded stays: no need to look through it again while a request waits
    Server(listening, lambda request: answer(request, machine)).serve_forever()
    return 0


def _wait(path: Path) -> int:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if answers(path, 1.0):
            return 0
        time.sleep(0.1)
    return 1


if __name__ == "__main__":
    sys.exit(main())
