"""Asks the server of this container whether it serves; exits 0 when it does, 1 otherwise.

Only the ``socket`` module is used, because this runs every few seconds.
"""

import socket
import sys

ADDRESS = ("127.0.0.1", 8000)
REQUEST = b"GET /healthz HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def is_healthy(address: tuple[str, int] = ADDRESS, timeout: float = 3.0) -> bool:
    """Return whether the answer's status is 200, within ``timeout`` seconds per step."""
    try:
        with socket.create_connection(address, timeout=timeout) as connection:
            connection.sendall(REQUEST)
            status_line = connection.makefile("rb").readline(64)
    except OSError:
        return False
    return status_line.split()[1:2] == [b"200"]


if __name__ == "__main__":
    sys.exit(0 if is_healthy() else 1)
