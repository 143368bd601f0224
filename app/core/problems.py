"""Tells an error to whoever asked: a page for people, problem+json for programs (RFC 9457)."""

from collections.abc import Mapping
from typing import Any, Final

from config import context
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from core.errors import LedgerFlowError

CONTENT_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:ledgerflow:problem:"
API_PREFIX: Final = "/api/"


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a program asked: by address, or because it prefers JSON to HTML."""
    if request.path.startswith(API_PREFIX):
        return True
    preferred = request.get_preferred_type(["text/html", "application/json", CONTENT_TYPE])
    return preferred in {"application/json", CONTENT_TYPE}


def problem(error: LedgerFlowError) -> dict[str, Any]:
    """Return the members of the answer for machines.

    ``fields`` and whatever ``details`` the error has are extension members.
    """
    members: dict[str, Any] = {
        **error.details,
        "type": f"{TYPE_PREFIX}{error.error_code}",
        "title": error.title,
        "status": error.status,
        "detail": error.message,
        "code": error.error_code,
        "request_id": context.request_id.get(),
    }
    return {**members, "fields": error.fields} if error.fields else members


def error_response(request: HttpRequest, error: LedgerFlowError) -> HttpResponse:
    """Return the answer for ``error`` in the form that was asked for.

    htmx gets the fragment ``core/errors/fragment.html``, which it puts among the messages.
    """
    response = _response(request, error)
    tell_when_again(response, error)
    return response


def tell_when_again(response: HttpResponse, error: LedgerFlowError) -> None:
    """Set ``Retry-After`` (RFC 9110, 10.2.3) where the error's details have a ``retry_after``."""
    if "retry_after" in error.details:
        response["Retry-After"] = str(error.details["retry_after"])


def _response(request: HttpRequest, error: LedgerFlowError) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(problem(error), status=error.status, content_type=CONTENT_TYPE)
    described: Mapping[str, Any] = {"error": error, "request_id": context.request_id.get()}
    if getattr(request, "htmx", False):
        response = render(request, "core/errors/fragment.html", described, status=error.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML"
        return response
    return render(request, "core/errors/page.html", described, status=error.status)
