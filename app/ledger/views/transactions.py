"""The pages of transactions."""

import uuid
from urllib.parse import urlencode

from core.actions import offers
from core.errors import InvalidInputError
from core.requests import page_of, signed_in
from core.selectors.audit import events_of
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from profiles.selectors.preferences import page_size_of

from ledger.export import as_csv, as_json
from ledger.forms import CorrectionForm, FilterForm
from ledger.selectors import transactions as selectors
from ledger.selectors.categories import categories_of, own_category
from ledger.selectors.sources import source_version
from ledger.services import transactions as services
from ledger.views.accounts import show_mistakes

_EXPORTS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json"),
}


@require_safe
def transactions(request: HttpRequest) -> HttpResponse:
    """List transactions; htmx asks for the table alone when a filter changes."""
    user = signed_in(request)
    form = FilterForm(user, request.GET)
    page = page_of(request, selectors.filtered(user, form.filters), page_size_of(user))
    chosen = {name: value for name, value in request.GET.items() if value and name != "page"}
    shown = {"form": form, "page": page, "chosen": urlencode(chosen)}
    # After going back htmx asks for the whole page again, when it has forgotten it.
    back = request.headers.get("HX-History-Restore-Request") == "true"
    part = request.headers.get("HX-Request") == "true" and not back
    response = render(request, "ledger/table.html" if part else "ledger/transactions.html", shown)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Categorise or review the transactions that are ticked."""
    user = signed_in(request)
    uids = _uids(request.POST.getlist("transaction"))
    done = request.POST.get("do", "")
    if not uids:
        messages.warning(request, "No transaction was ticked.")
    elif done in ("review", "unreview"):
        changed = services.review(actor=user, uids=uids, reviewed=done == "review")
        messages.success(request, f"{changed} transactions are changed.")
    elif done == "categorise":
        chosen = request.POST.get("category", "")
        category = (
            None if chosen in ("", selectors.UNCATEGORISED) else own_category(user, _uid(chosen))
        )
        changed = services.categorise(actor=user, uids=uids, category=category)
        messages.success(request, f"{changed} transactions are changed.")
    else:
        raise InvalidInputError("Choose what to do with the transactions.")
    return redirect(_back(request))


@require_http_methods(["GET", "HEAD", "POST"])
def transaction(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a transaction with the line it comes from and its history; correct it."""
    user = signed_in(request)
    row = selectors.visible_transaction(user, uid)
    names = ("booked_on", "amount", "payee", "description", "note")
    form = CorrectionForm(
        request.POST or None, initial={name: getattr(row, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.correct(actor=user, row=row, **form.cleaned_data)
        except InvalidInputError as error:
            show_mistakes(form, error)
        else:
            messages.success(request, "The transaction is corrected.")
            return redirect("ledger:transaction", uid)
    mine = row.account.owner_id == user.pk
    shown = {
        "row": row,
        "form": form,
        "mine": mine,
        "source": selectors.source_text(row) if mine else "",
        "document": source_version(user, row),
        "categories": categories_of(user) if mine else (),
        "events": events_of(row.uid)[:20],
        "offers": offers("ledger.transaction", {"payee": row.payee or row.description}),
    }
    return render(request, "ledger/transaction.html", shown, status=400 if form.errors else 200)


@require_POST
def void(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Let a transaction count no more, or again."""
    user = signed_in(request)
    row = selectors.visible_transaction(user, uid)
    if "restore" in request.POST:
        services.restore(actor=user, row=row)
        messages.success(request, "The transaction counts again.")
    else:
        services.void(actor=user, row=row)
        messages.success(request, "The transaction counts no more.")
    return redirect("ledger:transaction", uid)


@require_safe
def export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Send the transactions that the filters leave, as CSV or JSON."""
    user = signed_in(request)
    write, content_type = _EXPORTS[form]
    filters = FilterForm(user, request.GET).filters
    rows = selectors.filtered(user, filters).iterator(chunk_size=2000)
    return StreamingHttpResponse(
        write(rows),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="transactions.{form}"'},
    )


def _uid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise InvalidInputError from error


def _uids(texts: list[str]) -> list[uuid.UUID]:
    return [_uid(text) for text in texts]


def _back(request: HttpRequest) -> str:
    """Return the list with the filters it had; never an address elsewhere."""
    address = request.POST.get("back", "")
    own = address.startswith("/ledger/") and url_has_allowed_host_and_scheme(address, None)
    return address if own else "ledger:transactions"
