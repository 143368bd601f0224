"""A plugin's process: listen, say where, and leave when the engine does.

The engine starts plugins in process groups of their own, so a Ctrl-C at the terminal reaches only
the engine. It tells the plugin through `Cancel`, and interrupts it (SIGINT) when everything has
been recorded. A plugin whose engine is gone without a word (`kill -9`) sees its standard input end.
"""

import os
import signal
import stat
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from airgap.plugins.engine import Engine
from airgap.plugins.inflight import InFlight
from airgap.plugins.package import Package
from airgap.plugins.servicer import Servicer

WORKERS = 32
MESSAGE_BYTES = 400 * 1024 * 1024  # the engine's own limit
GRACE_SECONDS = 4.0  # the engine kills five seconds after it interrupts
ORPHAN_POLL_SECONDS = 1.0


def serve(package: Package) -> None:
    """Serve `package` until the engine leaves; never returns normally."""
    in_flight = InFlight()
    server = grpc.server(
        ThreadPoolExecutor(max_workers=WORKERS),
        options=[
            ("grpc.max_receive_message_length", MESSAGE_BYTES),
            ("grpc.max_send_message_length", MESSAGE_BYTES),
        ],
    )
    servicer = Servicer(package, Engine(), in_flight)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    leaving = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: leaving.set())
    threading.Thread(target=_watch_engine, args=(leaving,), daemon=True).start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    leaving.wait()
    _leave(in_flight)


def _leave(in_flight: InFlight) -> None:
    """End the process, but not in the middle of an operation if that ends soon."""
    in_flight.cancelled.set()
    in_flight.drain(GRACE_SECONDS)
    # gRPC's own threads would delay an ordinary exit.
    os._exit(0)


def _watch_engine(leaving: threading.Event) -> None:
    """Notice the end of the engine: its pipe to our standard input closes."""
    parent = os.getppid()
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        while os.read(0, 4096):
            pass
        leaving.set()
        return
    while os.getppid() == parent:
        time.sleep(ORPHAN_POLL_SECONDS)
    leaving.set()
