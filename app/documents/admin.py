"""What administrators see of documents; they change types only."""

from typing import TYPE_CHECKING

from core.admin import ReadOnlyAdmin
from core.errors import InvalidInputError
from core.requests import signed_in
from core.schemas import check_schema
from django import forms
from django.contrib import admin
from django.http import HttpRequest

from documents.models import Blob, Document, DocumentType
from documents.services.types import save_type

if TYPE_CHECKING:  # these classes take parameters only in the type checker's eyes
    TypeBase = admin.ModelAdmin[DocumentType]
    FormBase = forms.ModelForm[DocumentType]
else:
    TypeBase, FormBase = admin.ModelAdmin, forms.ModelForm


class DocumentTypeForm(FormBase):
    """Says beside the field what is wrong with a schema."""

    def clean_schema(self) -> object:
        """Refuse what no form can show."""
        schema = self.cleaned_data["schema"] or {}
        try:
            check_schema(schema)
        except InvalidInputError as error:
            raise forms.ValidationError(error.fields["schema"]) from error
        return schema


@admin.register(DocumentType)
class DocumentTypeAdmin(TypeBase):
    """Types are the administrators' own; documents refer to them, so none is removed here."""

    form = DocumentTypeForm
    list_display = ("name", "retention_days", "trash_days")

    def has_delete_permission(self, request: HttpRequest, obj: DocumentType | None = None) -> bool:
        """Return no."""
        return False

    def save_model(
        self, request: HttpRequest, obj: DocumentType, form: object, change: bool
    ) -> None:
        """Save by the service."""
        save_type(actor=signed_in(request), document_type=obj)


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Shows documents."""

    list_display = ("created_at", "title", "owner", "document_type", "trashed_at")
    list_select_related = ("owner", "document_type")
    search_fields = ("=uid", "title")
    raw_id_fields = ("current_version",)
    show_full_result_count = False


@admin.register(Blob)
class BlobAdmin(ReadOnlyAdmin):
    """Shows files, above all those that are lost."""

    list_display = ("sha256", "size", "state", "verified_at")
    list_filter = ("state",)
    search_fields = ("sha256",)
    show_full_result_count = False
