"""The host's process: serve, say where, and stay until the engine is done."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import language_pb2_grpc

from airgap.language_host import lifetime
from airgap.language_host.processes import Processes
from airgap.language_host.servicer import LanguageHost

_MAXIMUM_CALLS = 256
"""Calls at the same time; every running plugin holds one for as long as it runs."""

_UNLIMITED = -1
_SERVER_OPTIONS = [
    ("grpc.max_receive_message_length", _UNLIMITED),
    ("grpc.max_send_message_length", _UNLIMITED),
    ("grpc.so_reuseport", 0),
]


def main(arguments: Sequence[str]) -> int:
    """Serve until the engine ends the process.

    The protocol of a Pulumi plugin: the engine's address is the last argument, and the first line
    on standard output is the port on which the plugin listens.
    """
    if not arguments or arguments[-1].startswith("-"):
        sys.stderr.write(
            "The last argument must be the address of a Pulumi engine.\n"
            "This program is started by pulumi, not by hand.\n"
        )
        return 2
    processes = Processes()
    lifetime.stop_on_signal(processes.close)
    lifetime.stop_with_parent(processes.close)
    server = grpc.server(ThreadPoolExecutor(_MAXIMUM_CALLS), options=_SERVER_OPTIONS)
    host = LanguageHost(engine_address=arguments[-1], processes=processes)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Event().wait()
    return 0
