"""Asks whether this container is at work; exits 0 when it is, 1 otherwise.

Without an argument the web server is asked. With one, the path of a file that a worker or beat
touches again and again (``core/jobs/signs_of_life.py``), its age is looked at. Little is imported,
because this runs every few seconds.
"""

import os
import socket
import sys
import time

ADDRESS = ("127.0.0.1", 8000)
REQUEST = b"GET /healthz HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n"
OLDEST = 30.0
"""Seconds; a worker touches its file every 2, beat at least every 10."""


def is_healthy(address: tuple[str, int] = ADDRESS, timeout: float = 3.0) -> bool:
    """Return whether the answer's status is 200, within ``timeout`` seconds per step."""
    try:
        with socket.create_connection(address, timeout=timeout) as connection:
            connection.sendall(REQUEST)
            status_line = connection.makefile("rb").readline(64)
    except OSError:
        return False
    return status_line.split()[1:2] == [b"200"]


def is_fresh(file: str | os.PathLike[str], oldest: float = OLDEST) -> bool:
    """Return whether ``file`` was touched within the last ``oldest`` seconds."""
    try:
        return time.time() - os.stat(file).st_mtime <= oldest  # noqa: PTH116 - pathlib is slow to import
    except OSError:
        return False


if __name__ == "__main__":
    well = is_fresh(sys.argv[1]) if len(sys.argv) > 1 else is_healthy()
    sys.exit(0 if well else 1)
