"""The pages of accounts and statements."""

import uuid

from core.errors import InvalidInputError
from core.requests import signed_in
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from profiles.selectors.principals import of_group

from ledger.forms import AccountForm, StatementForm
from ledger.selectors import accounts as selectors
from ledger.selectors.reconciliation import reconciliation_of, statements_of, visible_statement
from ledger.services.accounts import save_account
from ledger.services.statements import reconcile, reopen, save_statement

_READ_AND_WRITE = ("GET", "HEAD", "POST")


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts a person may read."""
    found = selectors.overview(signed_in(request))
    return render(request, "ledger/accounts.html", {"accounts": found})


@require_http_methods(_READ_AND_WRITE)
def new_account(request: HttpRequest) -> HttpResponse:
    """Add an account; the address may say what a file knows of it."""
    user = signed_in(request)
    known = {name: request.GET.get(name, "") for name in ("currency", "number")}
    form = AccountForm(user, request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            account = save_account(actor=user, account=None, **form.cleaned_data)
        except InvalidInputError as error:
            show_mistakes(form, error)
        else:
            messages.success(request, f"{account.name} is added.")
            return redirect("ledger:account", account.uid)
    return _form(request, form, "New account")


@require_safe
def account(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show an account and its statements."""
    user = signed_in(request)
    found = selectors.visible_account(user, uid)
    shown = {
        "account": found,
        "statements": statements_of(found)[:100],
        "mine": found.owner_id == user.pk,
    }
    return render(request, "ledger/account.html", shown)


@require_http_methods(_READ_AND_WRITE)
def change_account(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change an account."""
    user = signed_in(request)
    found = selectors.visible_account(user, uid)
    selectors.check_owner(user, found)
    groups = [group.pk for group in user.groups.all() if of_group(group.pk) in found.readers]
    names = ("name", "currency", "bank", "number")
    initial = {**{name: getattr(found, name) for name in names}, "groups": groups}
    form = AccountForm(user, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_account(actor=user, account=found, **form.cleaned_data)
        except InvalidInputError as error:
            show_mistakes(form, error)
        else:
            messages.success(request, "The account is changed.")
            return redirect("ledger:account", uid)
    return _form(request, form, found.name)


@require_http_methods(_READ_AND_WRITE)
def new_statement(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Type in a period with its balances."""
    user = signed_in(request)
    found = selectors.visible_account(user, uid)
    selectors.check_owner(user, found)
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            statement = save_statement(
                actor=user, account=found, statement=None, **form.cleaned_data
            )
        except InvalidInputError as error:
            show_mistakes(form, error)
        else:
            return redirect("ledger:statement", statement.uid)
    return _form(request, form, f"New statement of {found.name}")


@require_http_methods(_READ_AND_WRITE)
def statement(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show whether a period agrees with its balances, and correct the balances."""
    user = signed_in(request)
    found = visible_statement(user, uid)
    names = ("starts_on", "ends_on", "opening", "closing")
    form = StatementForm(
        request.POST or None, initial={name: getattr(found, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_statement(actor=user, account=found.account, statement=found, **form.cleaned_data)
        except InvalidInputError as error:
            show_mistakes(form, error)
        else:
            return redirect("ledger:statement", uid)
    shown = {
        "statement": found,
        "account": found.account,
        "result": reconciliation_of(found),
        "mine": found.account.owner_id == user.pk,
        "form": form,
    }
    return render(request, "ledger/statement.html", shown, status=400 if form.errors else 200)


@require_POST
def reconcile_statement(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Note that a period agrees, or that it is open again."""
    user = signed_in(request)
    found = visible_statement(user, uid)
    if "reopen" in request.POST:
        reopen(actor=user, statement=found)
        messages.success(request, "The period is open again.")
    else:
        reconcile(actor=user, statement=found)
        messages.success(request, "The period is reconciled.")
    return redirect("ledger:statement", uid)


def show_mistakes(form: Form, error: InvalidInputError) -> None:
    """Show what a service refuses beside the fields it is about."""
    for name, wrong in error.fields.items():
        form.add_error(name, wrong)
    if not error.fields:
        form.add_error(None, error.message)


def _form(request: HttpRequest, form: Form, title: str) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, "ledger/form.html", {"form": form, "title": title}, status=status)
