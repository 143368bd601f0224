"""A Docker daemon that can be stopped: a socket before the real one, cut when a test says so."""

import contextlib
import socket
import threading
from pathlib import Path

CHUNK = 65536


class DaemonProxy:
    """Forwards every connection to the daemon's socket until `stop` cuts them all."""

    def __init__(self, path: Path, target: str = "/var/run/docker.sock"):
        self.address = f"unix://{path}"
        self._path = path
        self._target = target
        self._connections: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Do to clients what a daemon does that is killed."""
        self._path.unlink(missing_ok=True)
        for connection in [self._listener, *self._connections]:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            daemon = socket.socket(socket.AF_UNIX)
            daemon.connect(self._target)
            self._connections += [client, daemon]
            for source, sink in ((client, daemon), (daemon, client)):
                threading.Thread(target=_forward, args=(source, sink), daemon=True).start()


def _forward(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(CHUNK):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
