"""The page of the search, and its answer for programs."""

from typing import Any, Final
from urllib.parse import urlencode

from core.errors import InvalidInputError
from core.forms import wrong_fields
from core.problems import wants_json
from core.requests import signed_in
from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from search.forms import SearchForm
from search.selectors.finding import Found, SearchTimeoutError, find, limited
from search.selectors.results import Result, results
from search.selectors.saved import saved_of
from search.views.machines import answer

SIZE: Final = 20
"""Results on a page; each costs a snippet."""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Look for documents and transactions; htmx asks for the results alone."""
    user = signed_in(request)
    form = SearchForm(user, request.GET)
    if wants_json(request):
        return _for_programs(request, user, form)
    shown: dict[str, Any] = {"form": form, "chosen": urlencode(form.filled)}
    status = 200
    if not form.is_valid():
        status = 400
    elif not form.wanted.is_empty:
        try:
            found, page, rows = _searched(request, user, form)
            shown |= {"found": found, "page": page, "results": rows}
        except SearchTimeoutError as error:
            shown["error"], status = error, error.status
    # After going back htmx asks for the whole page again, when it has forgotten it.
    back = request.headers.get("HX-History-Restore-Request") == "true"
    part = request.headers.get("HX-Request") == "true" and not back
    if part:
        shown["wrong"] = form.described
    else:
        shown |= {"saved": saved_of(user), "narrowed": set(form.filled) - {"q"} or form.errors}
    template = "search/results.html" if part else "search/search.html"
    # htmx puts nothing in place that has the status of an error.
    response = render(request, template, shown, status=200 if part else status)
    patch_vary_headers(response, ["HX-Request", "Accept"])
    return response


def _searched(
    request: HttpRequest, user: User, form: SearchForm
) -> tuple[Found, Page[int], list[Result]]:
    wanted = form.wanted
    with limited(words=bool(wanted.words)):
        found = find(user, wanted)
        page = Paginator(found.ids, SIZE).get_page(request.GET.get("page"))
        return found, page, results(user, list(page.object_list), found.terms, found.alike)


def _for_programs(request: HttpRequest, user: User, form: SearchForm) -> JsonResponse:
    if not form.is_valid():
        said = "; ".join(form.described)
        raise InvalidInputError(f"The search cannot be made. {said}", fields=wrong_fields(form))
    if form.wanted.is_empty:
        raise InvalidInputError("Give words or a filter to search by.", fields={"q": "empty"})
    response = JsonResponse(answer(*_searched(request, user, form)))
    patch_vary_headers(response, ["Accept"])
    return response
