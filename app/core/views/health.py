"""Health for machines and the status page for people."""

from functools import partial

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.health.dependencies import probes
from core.health.runner import run_probes
from core.health.sample import Sample, sample_search
from core.health.search import first_result
from core.health.status import Status, all_ready, unready
from core.status_page import status_page

NDJSON = "application/x-ndjson"
"""Lines of JSON, https://github.com/ndjson/ndjson-spec."""


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process serves; no dependency is asked."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer with a line of JSON per dependency; 503 when at least one is not usable."""
    statuses = run_probes(probes(settings.LEDGERFLOW))
    body = "".join(f"{status.as_json()}\n" for status in statuses)
    return HttpResponse(body, content_type=NDJSON, status=200 if all_ready(statuses) else 503)


@login_not_required
@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """Show a person the state of this environment; 200 also when something is down.

    Versions and the sample search are for administrators where people's own documents are.
    """
    statuses = run_probes(probes(settings.LEDGERFLOW))
    detailed = not settings.LEDGERFLOW.is_live or _is_administrator(request, statuses)
    sample = _sample(statuses) if detailed else None
    page = status_page(settings.LEDGERFLOW, statuses, sample, detailed=detailed)
    return render(request, "core/status.html", {"page": page})


def _is_administrator(request: HttpRequest, statuses: tuple[Status, ...]) -> bool:
    """Tell whether an administrator asks; nobody can be one while the database is away."""
    return "database" not in unready(statuses) and request.user.is_staff


def _sample(statuses: tuple[Status, ...]) -> Sample | None:
    down = unready(statuses)
    if "search" in down:
        return None
    search = partial(first_result, settings.LEDGERFLOW.searxng_url)
    return sample_search(search, cached="cache" not in down)
