"""`pg_dump` → gzip → writer: when one part fails, the others end, and its words are the error's."""

import fcntl
import os
import subprocess
from collections.abc import Callable
from typing import IO, Final, cast

from backup.dump.footer import has_footer
from backup.dump.stream import Dumped, Writer, gzip_stream
from backup.errors import DumpError
from backup.processes import Child
from backup.snapshot.session import Source
from backup.steps import step

_PIPE_BYTES: Final = 1 << 20
"""The most an ordinary user may ask for; fewer changes between the programs."""
_KEEPALIVE: Final = "keepalives_idle=30 keepalives_interval=10 keepalives_count=3"
"""A server that is gone without a word is noticed within a minute."""
_REMEDY: Final = "put right what pg_dump says, then run the backup again"


def command(snapshot: str) -> list[str]:
    """Return the words that dump the database of the variables in one snapshot."""
    return [
        "pg_dump",
        "--format=plain",
        "--encoding=UTF8",
        f"--snapshot={snapshot}",
        "--lock-wait-timeout=60s",
        "--no-tablespaces",
        "--no-password",
        f"--dbname={_KEEPALIVE}",
    ]


def dump(
    source: Source,
    snapshot: str,
    writer: Writer,
    *,
    level: int,
    threads: int,
    go_on: Callable[[], None] = lambda: None,
) -> Dumped:
    """Dump `source` as `snapshot` sees it into `writer`, compressed.

    `go_on` is called for every block and may raise to give up. Raises `DumpError` with the words
    of `pg_dump` when it fails, and when what it wrote has no footer; errors of `writer` pass.
    """
    with Child(
        command(snapshot), source.variables(), stdout=subprocess.PIPE, error=DumpError
    ) as child:
        output = cast(IO[bytes], child.process.stdout)
        _widen(output)
        step("dump.started")
        dumped = gzip_stream(
            _reader(output.fileno()), writer, level=level, threads=threads, go_on=go_on
        )
        step("dump.ended")
        child.finish(_REMEDY)
    if not has_footer(dumped.tail):
        raise DumpError("pg_dump ended without its footer: the dump is not whole", _REMEDY)
    return dumped


def _widen(pipe: IO[bytes]) -> None:
    try:
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except OSError:  # the user's pipes take too much already: slower, and all is well
        return


def _reader(descriptor: int) -> Callable[[memoryview], int]:
    def read(buffer: memoryview) -> int:
        return os.readv(descriptor, [buffer])

    return read
