"""The pages of categories and rules."""

import uuid

from core.errors import InvalidInputError
from core.requests import signed_in
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from ledger.forms import CategoryForm, RuleForm
from ledger.models import Rule
from ledger.selectors import categories as selectors
from ledger.services import rules as services
from ledger.views.accounts import show_mistakes

_READ_AND_WRITE = ("GET", "HEAD", "POST")


@require_http_methods(_READ_AND_WRITE)
def categories(request: HttpRequest) -> HttpResponse:
    """List categories and rules; add a category."""
    user = signed_in(request)
    form = CategoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_category(actor=user, category=None, **form.cleaned_data)
        except InvalidInputError as error:
            show_mistakes(form, error)
        else:
            messages.success(request, "The category is added.")
            return redirect("ledger:categories")
    shown = {
        "form": form,
        "categories": selectors.categories_of(user),
        "rules": selectors.rules_of(user),
    }
    return render(request, "ledger/categories.html", shown, status=400 if form.errors else 200)


@require_http_methods(_READ_AND_WRITE)
def category(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Rename a category, or remove it."""
    user = signed_in(request)
    found = selectors.own_category(user, uid)
    if "delete" in request.POST:
        services.delete_category(actor=user, category=found)
        messages.success(request, f"{found.name} is removed.")
        return redirect("ledger:categories")
    form = CategoryForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.save_category(actor=user, category=found, **form.cleaned_data)
        except InvalidInputError as error:
            show_mistakes(form, error)
        else:
            return redirect("ledger:categories")
    question = f"Remove {found.name}, and the rules that give it?"
    return _form(request, form, found.name, question)


@require_http_methods(_READ_AND_WRITE)
def new_rule(request: HttpRequest) -> HttpResponse:
    """Add a rule; the address may propose what it looks for."""
    return _save_rule(request, None, {"payee_contains": request.GET.get("payee", "")[:100]})


@require_http_methods(_READ_AND_WRITE)
def rule(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Change a rule, or remove it."""
    user = signed_in(request)
    found = selectors.own_rule(user, uid)
    if "delete" in request.POST:
        services.delete_rule(actor=user, rule=found)
        messages.success(request, "The rule is removed.")
        return redirect("ledger:categories")
    names = ("payee_contains", "text_contains", "amount_from", "amount_to", "order")
    initial = {name: getattr(found, name) for name in names}
    initial["category"] = found.category.uid
    initial["account"] = found.account.uid if found.account else None
    return _save_rule(request, found, initial)


@require_POST
def apply_rules(request: HttpRequest) -> HttpResponse:
    """Ask the rules about all transactions."""
    changed = services.apply_rules(actor=signed_in(request))
    messages.success(request, f"{changed} transactions have another category now.")
    return redirect("ledger:categories")


def _save_rule(
    request: HttpRequest, found: Rule | None, initial: dict[str, object]
) -> HttpResponse:
    user = signed_in(request)
    form = RuleForm(user, request.POST or None, initial={"order": 100, **initial})
    if request.method == "POST" and form.is_valid():
        try:
            services.save_rule(actor=user, rule=found, **form.cleaned_data)
        except InvalidInputError as error:
            show_mistakes(form, error)
        else:
            messages.success(request, "The rule is saved. It is asked at every import.")
            return redirect("ledger:categories")
    question = "Remove this rule?" if found else ""
    return _form(request, form, "Rule" if found else "New rule", question)


def _form(
    request: HttpRequest, form: CategoryForm | RuleForm, title: str, question: str
) -> HttpResponse:
    shown = {"form": form, "title": title, "question": question}
    return render(request, "ledger/form.html", shown, status=400 if form.errors else 200)
