"""Saved searches: kept, run, removed."""

import uuid
from urllib.parse import urlencode

from core.errors import InvalidInputError
from core.forms import wrong_fields
from core.requests import signed_in
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from search.forms import SearchForm
from search.selectors.saved import find_saved
from search.services import saved as services


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the search that a person has just made, and show it again."""
    user = signed_in(request)
    form = SearchForm(user, request.POST)
    if not form.is_valid():
        raise InvalidInputError("The search cannot be saved as it is.", fields=wrong_fields(form))
    saved = services.save_search(actor=user, name=request.POST.get("name", ""), query=form.filled)
    messages.success(request, f"The search is saved as “{saved.name}”.")
    return redirect("search:run", saved.uid)


@require_safe
def run(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Make a saved search."""
    saved = find_saved(signed_in(request), uid)
    return redirect(f"{reverse('search:search')}?{urlencode(saved.query)}")


@require_POST
def remove(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Forget a saved search."""
    user = signed_in(request)
    saved = find_saved(user, uid)
    services.remove_search(actor=user, saved=saved)
    messages.success(request, f"The saved search “{saved.name}” is removed.")
    return redirect("search:search")
