"""Gives every request an id, which its log lines, audit events, errors and answer carry."""

import re
import uuid
from collections.abc import Callable
from typing import Final

from config import context
from django.http import HttpRequest, HttpResponse

HEADER: Final = "X-Request-ID"
ACCEPTED: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""An id from outside must be harmless in a log; any other is replaced."""

Respond = Callable[[HttpRequest], HttpResponse]


def request_id_middleware(get_response: Respond) -> Respond:
    """Take the id of the reverse proxy, or make one, and return it in the answer."""

    def respond(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        identifier = given if ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        tokens = (context.request_id.set(identifier), context.user_id.set(None))
        try:
            response = get_response(request)
            response[HEADER] = identifier
            return response
        finally:
            context.request_id.reset(tokens[0])
            context.user_id.reset(tokens[1])

    return respond
