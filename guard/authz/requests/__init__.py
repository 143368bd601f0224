"""What a request to the daemon would do: :func:`read`."""

from guard.authz.requests.reading import Request, read
from guard.authz.requests.unreadable import UnreadableError

__all__ = ["Request", "UnreadableError", "read"]
