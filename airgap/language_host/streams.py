"""What a child prints, as it prints it."""

from __future__ import annotations

import os
import selectors
import subprocess
from collections.abc import Iterator
from typing import Literal

_CHUNK_BYTES = 64 * 1024

Stream = Literal["stdout", "stderr"]


def output_of(child: subprocess.Popen[bytes]) -> Iterator[tuple[Stream, bytes]]:
    """Pieces of both outputs in the order of their arrival, until both are closed."""
    with selectors.DefaultSelector() as selector:
        for name, pipe in (("stdout", child.stdout), ("stderr", child.stderr)):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, name)
        while selector.get_map():
            for key, _ in selector.select():
                content = os.read(key.fd, _CHUNK_BYTES)
                if content:
                    yield key.data, content
                else:
                    selector.unregister(key.fileobj)
