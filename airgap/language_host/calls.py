"""What the calls of the engine that start a process have in common."""

from __future__ import annotations

import os
import selectors
from collections.abc import Iterator
from typing import Literal

import grpc

from airgap.language_host.processes import Child, Processes

_CHUNK_BYTES = 64 * 1024

Stream = Literal["stdout", "stderr"]


def end_with_call(child: Child, processes: Processes, context: grpc.ServicerContext) -> None:
    """See that `child` does not outlive the engine's call, however that ends."""
    if not context.add_callback(lambda: processes.end(child)):
        processes.end(child)  # the call has ended already


def output_of(child: Child) -> Iterator[tuple[Stream, bytes]]:
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
