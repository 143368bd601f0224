"""The start page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.dashboard import dashboard_panels
from core.requests import signed_in


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show what the applications say of a person's things."""
    panels = dashboard_panels.filled(signed_in(request))
    return render(request, "core/dashboard.html", {"panels": panels})
