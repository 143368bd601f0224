"""The list of documents, the trash, and actions on many."""

import uuid

from core.errors import InvalidInputError
from core.requests import page_of, signed_in
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from profiles.selectors.preferences import page_size_of

from documents.forms import FilterForm
from documents.selectors.documents import tags_of, trash_of
from documents.selectors.listing import listed, with_rows
from documents.services import bulk

DONE = {"tag": "tagged", "trash": "moved to the trash", "restore": "restored", "purge": "purged"}


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """List what a person may see, filtered by the address."""
    user = signed_in(request)
    form = FilterForm(request.GET)
    page = page_of(request, listed(user, form.filter()), page_size_of(user))
    shown = {"page": page, "form": form, "tags": tags_of(user)[:100]}
    return render(request, "documents/list.html", shown)


@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    """List what a person has in the trash."""
    user = signed_in(request)
    found = with_rows(trash_of(user)).order_by("-trashed_at", "-id")
    page = page_of(request, found, page_size_of(user))
    return render(request, "documents/trash.html", {"page": page})


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Do one thing with all chosen documents, and say what was refused."""
    user = signed_in(request)
    action = request.POST.get("action", "")
    uids = _uids(request.POST.getlist("uid"))
    outcome = bulk.run(actor=user, action=action, uids=uids, word=request.POST.get("word", ""))
    if outcome.done:
        messages.success(request, f"{_counted(len(outcome.done))} {DONE[action]}.")
    for error, number in _by_reason(outcome).items():
        messages.error(request, f"{_counted(number)} not changed: {error}")
    if not uids:
        messages.warning(request, "No document was chosen.")
    return redirect("documents:trash" if action in {"restore", "purge"} else "documents:list")


def _uids(given: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(each) for each in given]
    except ValueError as error:
        raise InvalidInputError("A chosen document is none.") from error


def _by_reason(outcome: bulk.Outcome) -> dict[str, int]:
    reasons: dict[str, int] = {}
    for error in outcome.refused.values():
        reasons[error.message] = reasons.get(error.message, 0) + 1
    return reasons


def _counted(number: int) -> str:
    return "1 document" if number == 1 else f"{number} documents"
