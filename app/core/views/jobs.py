"""The page of jobs."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.jobs.overview import states
from core.jobs.registry import title_of
from core.models import JobState
from core.requests import page_of, signed_in
from core.selectors import jobs as selectors
from core.services import jobs as services

ROWS = 50


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """List the jobs a person may see; ``?state=`` shows only those in one state.

    htmx asks for the table alone while something is still waiting or running.
    """
    user = signed_in(request)
    state = request.GET.get("state", "")
    found = selectors.visible_jobs(user).select_related("owner")
    if state in JobState.values:
        found = found.filter(state=state)
    page = page_of(request, found, ROWS)
    for job in page.object_list:
        job.title = title_of(job.kind)
    counted = states(user)
    shown = {
        "page": page,
        "state": state,
        "states": counted,
        "busy": any(n for value, _, n in counted if value in (JobState.QUEUED, JobState.RUNNING)),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "core/jobs/table.html" if part else "core/jobs/list.html", shown)


@require_POST
def retry(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Try a failed job again."""
    user = signed_in(request)
    job = services.retry(actor=user, job=selectors.visible_job(user, uid))
    messages.success(request, f"“{title_of(job.kind)}” is tried again.")
    return redirect("core:jobs")
