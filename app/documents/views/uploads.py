"""Files in: many at once, each with a state of its own."""

import uuid
from dataclasses import dataclass
from typing import Any

from core.errors import LedgerFlowError
from core.problems import problem, wants_json
from core.requests import signed_in
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.inspection.kinds import TAKEN
from documents.models import Document
from documents.selectors.documents import find_visible
from documents.services import adding
from documents.uploads import StoreUploadHandler, take_over


@dataclass(frozen=True, slots=True)
class Row:
    """One file as the page shows it: added, or refused."""

    name: str
    document: Document | None = None
    error: LedgerFlowError | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the row for programs."""
        if self.error is not None:
            return {"name": self.name, "state": "refused", "problem": problem(self.error)}
        return {"name": self.name, "state": "added", "uid": self.document and self.document.uid}


# The token of the form lies in its body, which only the handler may read: so the handler is set
# first, and the check follows inside.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Show the form, and add what it sends: a page, rows for the script, or JSON."""
    handler = take_over(request) if request.method == "POST" else None
    try:
        return _upload(request, handler)
    finally:
        if handler is not None:
            handler.discard()


@csrf_protect
def _upload(request: HttpRequest, handler: StoreUploadHandler | None) -> HttpResponse:
    user = signed_in(request)
    shown: dict[str, Any] = {
        "taken": TAKEN,
        "limit": settings.UPLOAD_LIMIT // 1024**2,
        "most": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
    }
    if handler is None:
        return render(request, "documents/upload.html", shown)
    policy = adding.policy(request.POST.get("on_duplicate", "reject"))
    handler.must_be_whole()
    rows = [_add(user, sent, policy) for sent in handler.sent]
    rows += [Row(name, error=error) for name, error in handler.refused]
    status = 201 if any(row.document for row in rows) else _refused(rows)
    if request.headers.get("X-Upload-Row"):
        return render(request, "documents/parts/upload_rows.html", {"rows": rows})
    if wants_json(request):
        return JsonResponse({"files": [row.as_json() for row in rows]}, status=status)
    return render(request, "documents/upload.html", {**shown, "rows": rows}, status=status)


def _add(user: User, sent: adding.Sent, policy: adding.Duplicates) -> Row:
    try:
        document = adding.add_document(actor=user, sent=sent, on_duplicate=policy)
    except LedgerFlowError as error:
        return Row(sent.name, error=error)
    return Row(sent.name, document=document)


def _refused(rows: list[Row]) -> int:
    return next((row.error.status for row in rows if row.error), 400)


@require_safe
def state(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Return the row of one added document, which asks again until the file is read."""
    document = find_visible(signed_in(request), uid)
    row = Row(document.version.filename, document=document)
    return render(request, "documents/parts/upload_row.html", {"row": row})


@csrf_exempt
@require_POST
def new_version(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Add a version to a document."""
    handler = take_over(request)
    try:
        return _new_version(request, uid, handler)
    finally:
        handler.discard()


@csrf_protect
def _new_version(request: HttpRequest, uid: uuid.UUID, handler: StoreUploadHandler) -> HttpResponse:
    user = signed_in(request)
    document = find_visible(user, uid)
    comment = request.POST.get("comment", "")
    handler.must_be_whole()
    for _, error in handler.refused:
        raise error
    for sent in handler.sent[:1]:
        adding.add_version(actor=user, document=document, sent=sent, comment=comment)
        messages.success(request, "The new version is the current one.")
    if not handler.sent:
        messages.warning(request, "No file was chosen.")
    return redirect("documents:detail", uid=uid)
