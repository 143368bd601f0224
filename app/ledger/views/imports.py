"""The pages that bring a bank's file into the ledger."""

import uuid
from typing import Any

from core.errors import LedgerFlowError, UnprocessableError
from core.requests import page_of, signed_in
from core.selectors.jobs import latest_job_of
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from documents.selectors.files import find_version

from ledger.forms import AccountChoiceForm, LayoutForm, UploadForm
from ledger.models import Import, ImportState
from ledger.parsing.kinds import TITLES
from ledger.plans import Plan
from ledger.selectors import imports as selectors
from ledger.selectors.plans import plan_of
from ledger.selectors.sources import source_of
from ledger.services.imports import choose_layout, start_import
from ledger.services.sources import check_importable, import_sent
from ledger.services.sources import import_version as import_kept

SHOWN = 20
"""Lines of a file on the page that shows how it is read."""


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """List the files a person has sent."""
    page = page_of(request, selectors.visible_to(signed_in(request)).order_by("-id"), 25)
    return render(request, "ledger/imports.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def new_import(request: HttpRequest) -> HttpResponse:
    """Take a file, keep it as a document, and show how it is read."""
    user = signed_in(request)
    initial = {"account": request.GET.get("account", "")}
    form = UploadForm(user, request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            origin = import_sent(
                actor=user,
                chunks=file.chunks(),
                filename=file.name,
                account=form.cleaned_data["account"],
            )
        except LedgerFlowError as error:
            form.add_error("file", error.message)
        else:
            return redirect("ledger:import", origin.uid)
    status = 400 if form.errors else 200
    return render(request, "ledger/upload.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def import_version(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Import a version of a document: ask for the account, and show how it is read."""
    user = signed_in(request)
    version = find_version(user, uid)
    check_importable(version)
    form = AccountChoiceForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = form.cleaned_data["account"]
        try:
            origin = import_kept(actor=user, version_uid=uid, account=account)
        except LedgerFlowError as error:
            form.add_error("account", error.message)
        else:
            return redirect("ledger:import", origin.uid)
    shown = {"form": form, "version": version}
    status = 400 if form.errors else 200
    return render(request, "ledger/import_version.html", shown, status=status)


@require_safe
def one_import(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what importing a file would do, how far it is, or what came of it."""
    origin = selectors.visible_import(signed_in(request), uid)
    shown = _about(request, origin)
    if not origin.is_open:
        busy = origin.state == ImportState.RUNNING
        shown["job"] = latest_job_of(origin.uid, "ledger.import") if busy else None
        return render(request, "ledger/import_result.html", shown)
    return _preview(request, origin, shown)


@require_POST
def layout(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Read a CSV file in another way."""
    user = signed_in(request)
    origin = selectors.visible_import(user, uid)
    if origin.is_open and origin.layout:
        form = _layout_form(plan_of(origin), request)
        if form is not None and form.is_valid():
            try:
                choose_layout(actor=user, origin=origin, changes=form.changes)
            except UnprocessableError as error:
                form.add_error("encoding", error.message)
            else:
                return redirect("ledger:import", uid)
        return _preview(request, origin, _about(request, origin), form)
    return redirect("ledger:import", uid)


@require_POST
def run(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Do the import."""
    user = signed_in(request)
    origin = selectors.visible_import(user, uid)
    without = request.POST.get("without_problems") == "on"
    start_import(actor=user, origin=origin, without_problems=without)
    return redirect("ledger:import", uid)


def _layout_form(plan: Plan, request: HttpRequest | None = None) -> LayoutForm | None:
    if plan.detection is None:
        return None
    data = request.POST if request is not None else None
    return LayoutForm(plan.detection.layout, plan.detection.date_formats, data)


def _about(request: HttpRequest, origin: Import) -> dict[str, Any]:
    """Return what every page of an import shows."""
    return {
        "origin": origin,
        "kind": TITLES[origin.kind],
        "source": source_of(signed_in(request), origin),
    }


def _preview(
    request: HttpRequest,
    origin: Import,
    shown: dict[str, Any],
    form: LayoutForm | None = None,
) -> HttpResponse:
    plan = plan_of(origin)
    shown |= {
        "plan": plan,
        "form": form or _layout_form(plan),
        "earlier": selectors.earlier_of_same_file(origin),
        "most": SHOWN,
    }
    status = 400 if form is not None else 200
    return render(request, "ledger/import_preview.html", shown, status=status)
