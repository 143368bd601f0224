"""The one error of reading a request."""


class UnreadableError(Exception):
    """The request cannot be told apart from a harmful one; it is refused. The message says why."""
