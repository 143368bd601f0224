"""Tells browsers to run and load nothing but LedgerFlow's own.

The settings have the name that Django 6 gives them; this module goes when Django 6.2 comes.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.middleware.request_id import Respond

HEADER: Final = "Content-Security-Policy"
PERMISSIONS: Final = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def policy(directives: Mapping[str, Sequence[str]]) -> str:
    """Return the header's value, https://www.w3.org/TR/CSP3/#csp-header."""
    return "; ".join(" ".join((name, *sources)) for name, sources in directives.items())


def content_security_middleware(get_response: Respond) -> Respond:
    """Add the policy of ``SECURE_CSP`` where a view has set no other.

    A view that shows people's own files sets a stricter one, with ``sandbox``.
    """
    value = policy(settings.SECURE_CSP)

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not _is_debug_page(response):
            response.headers.setdefault(HEADER, value)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return respond


def _is_debug_page(response: HttpResponse) -> bool:
    """Tell whether Django explains a mistake to the developer, with scripts in the page."""
    return settings.DEBUG and response.status_code in {404, 500}
