"""The list of tools, and the page that runs one."""

from collections.abc import Mapping
from typing import Any

from core.errors import InvalidInputError, LedgerFlowError, PermissionDeniedError
from core.forms import wrong_fields
from core.problems import tell_when_again
from core.requests import page_of, signed_in
from core.schema_forms import SchemaForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe
from profiles.selectors.preferences import page_size_of

from tools.effective import free_schema, limits
from tools.failures import NotRegisteredError
from tools.models import Tool
from tools.registry import Definition, find
from tools.selectors import tools as selectors
from tools.services.running import run

LAST_RUNS = 10


@require_safe
def tools(request: HttpRequest) -> HttpResponse:
    """List the tools, and what the person ran."""
    user = signed_in(request)
    shown = {
        "tools": selectors.listed(user),
        "drift": selectors.drift() if user.is_superuser else {},
        "page": page_of(request, selectors.visible_to(user), page_size_of(user)),
    }
    return render(request, "tools/list.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def run_tool(request: HttpRequest, package: str, name: str) -> HttpResponse:
    """Show the form of a tool, and what it answers; htmx asks for the answer alone.

    ``?name=value`` fills the form in.
    """
    user = signed_in(request)
    definition = find(f"tools.{package}.{name}")
    if definition is None:
        raise NotRegisteredError
    row = selectors.row_of(definition.path)
    part = request.headers.get("HX-Request") == "true"
    shown: dict[str, Any] = {"tool": definition}
    status = 200
    if request.method == "POST":
        form = _form(definition, row, request.POST)
        try:
            shown["answer"] = run(user, definition.path, _given(form))
        except LedgerFlowError as error:
            if part:
                raise
            status, shown["error"] = error.status, error
            _show_mistakes(form, error)
    else:
        form = _form(definition, row, None, request.GET)
    template = "tools/answer.html" if part and request.method == "POST" else "tools/run.html"
    if template == "tools/run.html":
        fields = form.visible_fields()
        shown |= {
            "form": form,
            "required": [field for field in fields if field.field.required],
            "optional": [field for field in fields if not field.field.required],
            **_around(definition, row, user),
        }
    response = render(request, template, shown, status=status)
    if "error" in shown:
        tell_when_again(response, shown["error"])
    patch_vary_headers(response, ["HX-Request"])
    return response


def _around(definition: Definition, row: Tool | None, user: User) -> dict[str, Any]:
    """Return what the page shows beside form and answer. Raises ``PermissionDeniedError``."""
    usable = selectors.is_usable(definition, row, user)
    if not usable and row is not None and row.is_on:
        raise PermissionDeniedError
    return {
        "usable": usable,
        "pinned": row.pinned if row else {},
        "limits": limits(definition, row) if row else definition,
        "runs": selectors.visible_to(user).filter(path=definition.path)[:LAST_RUNS],
    }


def _form(
    definition: Definition,
    row: Tool | None,
    data: Mapping[str, Any] | None,
    asked: Mapping[str, str] | None = None,
) -> SchemaForm:
    schema = free_schema(definition.schema, row.pinned if row else {})
    known = schema["properties"]
    given = {name: value for name, value in (asked or {}).items() if name in known}
    return SchemaForm(schema, data, initial={**(row.defaults if row else {}), **given})


def _given(form: SchemaForm) -> dict[str, Any]:
    """Return what the form holds. Raises ``InvalidInputError`` with what is wrong per field."""
    if form.is_valid():
        return form.metadata()
    wrong = wrong_fields(form)
    listed = "; ".join(f"{name}: {problem}" for name, problem in wrong.items())
    raise InvalidInputError(f"The fields are not right: {listed}", fields=wrong)


def _show_mistakes(form: SchemaForm, error: LedgerFlowError) -> None:
    """Put what is wrong with a field beside it, once."""
    for name, problem in error.fields.items():
        if name in form.fields and name not in form.errors:
            form.add_error(name, problem)
