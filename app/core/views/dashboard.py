"""The start page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.dashboard import filled_blocks
from core.requests import signed_in


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show what the applications say of a person's things."""
    blocks = filled_blocks(signed_in(request))
    return render(request, "core/dashboard.html", {"blocks": blocks})
