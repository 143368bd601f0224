"""Turns an exception into words that are safe to publish.

The text of a driver's exception is never shown: it may hold addresses with passwords.
"""

from collections.abc import Iterator

import django.db
import httpx
import redis

from core.health.status import NotReadyError

_NO_ANSWER = "no answer in time"
_UNREACHABLE = "cannot be reached"
REFUSED = "refused the credentials"
"""The one failure that waiting does not heal."""

_WORDS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((TimeoutError, redis.TimeoutError, httpx.TimeoutException), _NO_ANSWER),
    ((redis.AuthenticationError,), REFUSED),
    ((ConnectionError, redis.ConnectionError, httpx.TransportError), _UNREACHABLE),
    ((httpx.HTTPStatusError,), "answered with an error"),
    ((ValueError,), "gave an answer that makes no sense"),
)
_INVALID_AUTHORIZATION = "28"
"""PostgreSQL's class of error codes for refused credentials (appendix A of its manual)."""


def describe(error: BaseException) -> str:
    """Return why a dependency is not usable, in a few words without any value."""
    if isinstance(error, NotReadyError):
        return str(error)
    if isinstance(error, django.db.Error):
        return _describe_database(error)
    for kinds, words in _WORDS:
        if isinstance(error, kinds):
            return words
    return f"failed with {type(error).__name__}"


def _describe_database(error: django.db.Error) -> str:
    codes = [getattr(cause, "sqlstate", None) or "" for cause in _causes(error)]
    # libpq reports a refused password without its code, as the text of a connection error.
    refused = "authentication failed" in str(error)
    if refused or any(code.startswith(_INVALID_AUTHORIZATION) for code in codes):
        return REFUSED
    if any(type(cause).__name__ == "ConnectionTimeout" for cause in _causes(error)):
        return _NO_ANSWER
    if isinstance(error, django.db.OperationalError):
        return _UNREACHABLE
    return f"failed with {type(error).__name__}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
