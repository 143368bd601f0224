"""What one call of ``ledger_docker`` is given: its words, and the world around it."""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guard.audit import place, record
from guard.audit.redaction import Arguments
from guard.command import client, daemon
from guard.command.options import Options
from guard.grammar import Reading
from guard.records import dataclass, field

if TYPE_CHECKING:
    from guard.fake import FakeWorld
    from guard.world import World

DEMONSTRATION: Final = "demonstration"
"""Folder in that of the audit log, for what ``--fake`` would have done."""


@dataclass(frozen=True)
class Session:
    """The words, variables and folder of a call; with ``fake`` nothing of it is real."""

    options: Options
    variables: Mapping[str, str]
    directory: Path
    fake: "FakeWorld | None" = None
    started: float = field(default_factory=time.monotonic)
    clock: Callable[[], float] = time.time

    @property
    def arguments(self) -> Arguments:
        """The words of the docker command."""
        return Arguments(self.options.words)

    @property
    def log(self) -> Path:
        """The folder of the audit log; a demonstration has one of its own beside it."""
        folder = place.folder(self.variables)
        return folder / DEMONSTRATION if self.fake else folder

    def world(self, reading: Reading) -> "World":
        """Return the world of the daemon that the command means."""
        return self.fake or daemon.world_of(reading, self.variables, self.directory)

    def address(self, reading: Reading) -> str:
        """Return that daemon's address."""
        return "scripted" if self.fake else daemon.address(reading, self.variables)

    def write(self, entry: Mapping[str, object]) -> int:
        """Write a line of the audit log and return its number; raise OSError."""
        return record(self.log, {**entry, "fake": True} if self.fake else entry)

    def try_to_write(self, entry: Mapping[str, object]) -> int | None:
        """Write a line of the audit log, or warn that it cannot be written."""
        try:
            return self.write(entry)
        except OSError as error:
            say(unwritable(self.log, error))
            return None

    def run(self, program: str, *words: str) -> int:
        """Run docker's client and return its exit code; raise ClientError."""
        if self.fake is not None:
            return self._pretend(program, *words)
        return client.run(client.command(program, words, self.variables), self.variables)

    def become(self, program: str, *words: str) -> int:
        """Let docker's client take this process's place; raise ClientError."""
        if self.fake is not None:
            return self._pretend(program, *words)
        client.replace(client.command(program, words, self.variables), self.variables)
        return 0

    def ready(self, program: str, *words: str) -> None:
        """Raise ClientError when there is no client to run this."""
        if self.fake is None:
            client.command(program, words, self.variables)

    def _pretend(self, program: str, *words: str) -> int:
        print(f"would run: {program} {Arguments(words)}", flush=True)
        return 0


def say(*lines: str) -> None:
    """Print lines for people."""
    for line in lines:
        print(f"ledger_docker: {line}", file=sys.stderr, flush=True)


def unwritable(log: Path, error: OSError) -> str:
    """Return what is said of an audit log that does not take a line."""
    return f"the audit log in {log} cannot be written: {error.strerror or error}"
