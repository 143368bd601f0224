"""Django's own errors in the form of LedgerFlow's; none of these asks the database."""

import logging
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse

from core.errors import (
    InvalidInputError,
    LedgerFlowError,
    NotFoundError,
    PermissionDeniedError,
    TooLargeError,
)
from core.middleware.errors import told_error
from core.problems import error_response

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django found suspicious; more than the limits of a request is 413."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return error_response(request, TooLargeError("The request is larger than allowed."))
    return error_response(request, InvalidInputError("The request makes no sense."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer ``PermissionDenied``."""
    return error_response(request, PermissionDeniedError())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old."""
    logger.warning("CSRF: %s", reason)
    message = "This form is too old or came from another site. Go back, load the page again."
    return error_response(request, PermissionDeniedError(message, code="csrf_failed"))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that does not exist."""
    return error_response(request, NotFoundError())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a mistake in the program, or a database that was away before a view was reached."""
    return error_response(request, told_error(sys.exception()) or LedgerFlowError())
