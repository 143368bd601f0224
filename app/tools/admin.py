"""What administrators set about tools, and where code and rows have drifted apart."""

from typing import TYPE_CHECKING, Any

from core.admin import FixedRows, ReadOnlyAdmin
from core.errors import LedgerFlowError
from core.requests import signed_in
from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from tools.models import Tool, ToolPackage, ToolRun
from tools.registry import find
from tools.selectors.tools import Drift, drift, drift_of
from tools.services.configuring import accept_signature, check_tool, save_tool, switch_package

if TYPE_CHECKING:  # these classes take parameters only in the type checker's eyes
    PackageBase = admin.ModelAdmin[ToolPackage]
    ToolBase = admin.ModelAdmin[Tool]
    FormBase = forms.ModelForm[Tool]
else:
    PackageBase, ToolBase, FormBase = admin.ModelAdmin, admin.ModelAdmin, forms.ModelForm


@admin.register(ToolPackage)
class ToolPackageAdmin(FixedRows, PackageBase):
    """Switches packages on and off; code adds them."""

    list_display = ("name", "enabled")
    fields = ("name", "enabled")
    readonly_fields = ("name",)

    def save_model(
        self, request: HttpRequest, obj: ToolPackage, form: object, change: bool
    ) -> None:
        """Save by the service."""
        switch_package(actor=signed_in(request), package=obj, enabled=obj.enabled)


class ToolForm(FormBase):
    """Says beside the field what does not fit the code."""

    def clean_pinned(self) -> object:
        """Take an empty field as nothing pinned."""
        given = self.cleaned_data["pinned"]
        return {} if given is None else given

    def clean_defaults(self) -> object:
        """Take an empty field as no defaults."""
        given = self.cleaned_data["defaults"]
        return {} if given is None else given

    def clean(self) -> dict[str, Any] | None:
        """Ask the service."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        tried = Tool.objects.get(pk=self.instance.pk)
        for name, value in cleaned.items():
            setattr(tried, name, value)
        try:
            check_tool(tried)
        except LedgerFlowError as error:
            for name, wrong in error.fields.items():
                self.add_error(name, wrong)
        return cleaned


@admin.register(Tool)
class ToolAdmin(FixedRows, ToolBase):
    """Narrows tools; code adds them, and a row whose code is gone stays for its history."""

    form = ToolForm
    list_display = ("path", "title", "enabled", "drift")
    list_select_related = ("package",)
    fields = (
        "path",
        "title",
        "package",
        "drift",
        "registered",
        "enabled",
        "pinned",
        "defaults",
        "time_out",
        "cache",
        "rate",
        "permission",
    )
    readonly_fields = ("path", "title", "package", "drift", "registered")
    actions = ("accept_signatures",)

    @admin.display(description="Code and row")
    def drift(self, row: Tool) -> str:
        """Tell how the row and the code disagree."""
        return drift_of(row).value

    @admin.display(description="In the code")
    def registered(self, row: Tool) -> str:
        """Show what code registered."""
        found = find(row.path)
        if found is None:
            return Drift.ROW_ONLY.value
        names = ", ".join(found.schema["properties"])
        kept = f"{found.time_out:g} s, cache {found.cache} s, {found.rate} runs a minute"
        return f"Parameters: {names}. Limits: {kept}."

    @admin.action(description="Accept the parameters that the code has now", permissions=["change"])
    def accept_signatures(self, request: HttpRequest, rows: QuerySet[Tool]) -> None:
        """Take over changed signatures."""
        for row in rows:
            try:
                accept_signature(actor=signed_in(request), tool=row)
            except LedgerFlowError as error:
                problems = "; ".join(error.fields.values()) or error.message
                self.message_user(request, f"{row.path}: {problems}", messages.ERROR)
            else:
                self.message_user(request, f"{row.path}: accepted.", messages.SUCCESS)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Tell of tools that have no row, which a list of rows cannot show."""
        if request.method == "GET":
            for path, how in drift().items():
                if how is Drift.CODE_ONLY:
                    advice = "The command sync_tools adds its row"
                    self.message_user(request, f"{how}: {path}. {advice}.", messages.WARNING)
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Tool, form: object, change: bool) -> None:
        """Save by the service."""
        save_tool(actor=signed_in(request), tool=obj)


@admin.register(ToolRun)
class ToolRunAdmin(ReadOnlyAdmin):
    """Shows runs."""

    list_display = ("created_at", "path", "user", "state", "error_code", "duration_ms")
    list_filter = ("state", "path", "error_code")
    list_select_related = ("user",)
    search_fields = ("=request_id",)
    raw_id_fields = ("tool", "user")
    show_full_result_count = False
