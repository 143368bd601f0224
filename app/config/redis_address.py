"""Addresses of Redis: a server keeps several numbered databases apart."""

from urllib.parse import urlsplit, urlunsplit


def next_database(url: str) -> str:
    """Return the address of the database after that of ``url``: ``redis://host/0`` gives ``/1``.

    An address that names no database means number 0.
    """
    parts = urlsplit(url)
    number = parts.path.strip("/")
    following = int(number) + 1 if number.isdecimal() else 1
    return urlunsplit(parts._replace(path=f"/{following}"))
