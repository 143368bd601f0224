"""Turns what views raise into answers."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from core.errors import LedgerFlowError, UnavailableError
from core.health.failures import describe
from core.middleware.request_id import Respond
from core.problems import error_response

logger = logging.getLogger(__name__)


class ErrorMiddleware:
    """Answers a ``LedgerFlowError``, and a database that is away, in the form asked for.

    Anything else is a mistake in the program: Django logs it and answers with ``server_error``.
    """

    def __init__(self, get_response: Respond) -> None:
        """Take the next part of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on: this is about what views raise."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what a view raised, if it is something that people are told."""
        told = told_error(error)
        if told is None:
            return None
        if told.status >= 500:
            logger.error("%s: %s", told.error_code, told.message, exc_info=error)
        return error_response(request, told)


def told_error(error: BaseException | None) -> LedgerFlowError | None:
    """Return what people are told of ``error``, or nothing for a mistake in the program."""
    if isinstance(error, LedgerFlowError):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        return UnavailableError(
            f"The database {describe(error)}. Nothing was changed; try again in a minute.",
            code="database_unavailable",
        )
    return None
