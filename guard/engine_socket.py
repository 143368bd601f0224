"""One question to a daemon on its Unix socket, by HTTP/1.0.

That is the version without chunks: the answer ends with its connection, and reading it takes no
more than a split. ``http.client`` takes longer to import than all else that judging a command does.
"""

import socket
from typing import Final

_BLOCK: Final = 65_536


def exchange(
    path: str, method: str, target: str, timeout: float
) -> tuple[int, dict[str, str], bytes]:
    """Ask once, and return status, headers (names in lower case) and body.

    ``timeout`` is for each wait, in seconds. Raises OSError when there is no whole answer.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        connection.connect(path)
        connection.sendall(f"{method} {target} HTTP/1.0\r\nHost: docker\r\n\r\n".encode("ascii"))
        blocks = iter(lambda: connection.recv(_BLOCK), b"")
        answer = b"".join(blocks)
    return _read(answer, method)


def _read(answer: bytes, method: str) -> tuple[int, dict[str, str], bytes]:
    head, divider, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    version, _, status = first.partition(" ")
    if not divider or not version.startswith("HTTP/1.") or not status[:3].isdigit():
        raise OSError("it does not answer by HTTP")
    pairs = (line.partition(":") for line in rest)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = headers.get("content-length", "")
    if length.isdigit() and method != "HEAD" and len(body) != int(length):
        raise OSError("its answer is cut off")
    return int(status[:3]), headers, body
