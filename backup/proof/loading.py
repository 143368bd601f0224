"""Loading a dump with `psql`, which stops at the first error and leaves nothing half loaded.

Proof and restore share it: what a proof has loaded, a restore loads the same way.
"""

import subprocess
from collections.abc import Callable
from typing import IO, Final, Protocol, cast

from backup.errors import RestoreError
from backup.processes import Child
from backup.snapshot.session import Source
from backup.steps import step

CHUNK_BYTES: Final = 256 << 10
_COMMAND: Final = (
    "psql",
    "--no-psqlrc",
    "--quiet",
    "--set=ON_ERROR_STOP=1",
    "--no-password",
    "--output=/dev/null",
)
_OPTIONS: Final = "-c statement_timeout=0 -c lock_timeout=0 -c row_security=off"


class Readable(Protocol):
    """Where the dump's text is read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""
        ...


def load(target: Source, text: Readable, go_on: Callable[[], None] = lambda: None) -> int:
    """Load a dump's text into the empty database `target`; return its length in bytes.

    All of it is one transaction. Raises `RestoreError` with the words of `psql`; errors of
    reading `text` pass through, after `psql` was ended and has rolled back.
    """
    variables = {**target.variables(), "PGOPTIONS": _OPTIONS, "PGCLIENTENCODING": "UTF8"}
    with Child(_COMMAND, variables, stdin=subprocess.PIPE, error=RestoreError) as child:
        total = _feed(child, text, go_on)
        child.finish("the dump does not load; choose another backup, and report this one")
    step("load.ended")
    return total


def _feed(child: Child, text: Readable, go_on: Callable[[], None]) -> int:
    stdin = cast(IO[bytes], child.process.stdin)
    total = 0
    step("load.started")
    try:
        stdin.write(b"BEGIN;\n")
        while chunk := text.read(CHUNK_BYTES):
            go_on()
            stdin.write(chunk)
            total += len(chunk)
        stdin.write(b"\nCOMMIT;\n")  # only now: a text that is cut short is rolled back
        stdin.close()
    except BrokenPipeError:  # psql has given up: its words say why
        return total
    return total
