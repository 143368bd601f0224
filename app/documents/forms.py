"""Forms about documents."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import Group, User

from documents.inspection.kinds import KINDS
from documents.metadata import Field, fields_of
from documents.models import DocumentType
from documents.selectors.listing import Filter

_DATE = {"type": "date"}


class FilterForm(forms.Form):
    """What a list is narrowed to."""

    q = forms.CharField(label="Title contains", required=False, max_length=200)
    type = forms.ModelChoiceField(DocumentType.objects.all(), required=False, empty_label="Any")
    tag = forms.CharField(required=False, max_length=50)
    kind = forms.ChoiceField(
        label="File", required=False, choices=[("", "Any"), *((k.name, k.title) for k in KINDS)]
    )
    since = forms.DateField(
        label="Added since", required=False, widget=forms.DateInput(attrs=_DATE)
    )
    until = forms.DateField(
        label="Added until", required=False, widget=forms.DateInput(attrs=_DATE)
    )
    order = forms.ChoiceField(
        required=False,
        choices=[("new", "Newest first"), ("old", "Oldest first"), ("title", "Title")],
    )

    def filter(self) -> Filter:
        """Return what was chosen; fields that make no sense do not filter."""
        self.is_valid()
        chosen = self.cleaned_data
        wanted_type = chosen.get("type")
        return Filter(
            words=chosen.get("q", ""),
            document_type=wanted_type.pk if wanted_type else None,
            tag=chosen.get("tag", ""),
            kind=chosen.get("kind", ""),
            since=chosen.get("since"),
            until=chosen.get("until"),
            order=chosen.get("order", ""),
        )


class TitleForm(forms.Form):
    """A document's title."""

    title = forms.CharField(max_length=255)


class TagsForm(forms.Form):
    """A document's tags."""

    tags = forms.CharField(required=False, max_length=2000, help_text="Separated by commas.")


class TypeForm(forms.Form):
    """What a document is."""

    document_type = forms.ModelChoiceField(
        DocumentType.objects.all(), label="Type", required=False, empty_label="None"
    )


class ShareForm(forms.Form):
    """Who reads a document beside its owner."""

    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    everyone = forms.BooleanField(label="Everyone who can sign in", required=False)

    def __init__(self, *arguments: object, user: User, **options: object) -> None:
        """Offer the groups of ``user``."""
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        groups = Group.objects.all() if user.is_superuser else user.groups.all()
        self.fields["groups"].queryset = groups.order_by("name")  # type: ignore[attr-defined]


class VersionForm(forms.Form):
    """A new version; its file is taken by the upload handler."""

    comment = forms.CharField(label="What changed", required=False, max_length=255)


class MetadataForm(forms.Form):
    """The fields of a type, made from its schema."""

    prefix = "field"

    def __init__(
        self,
        schema: Mapping[str, Any],
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a field for each property."""
        super().__init__(data, initial=dict(initial or {}))
        for each in fields_of(schema):
            self.fields[each.name] = _form_field(each)

    def metadata(self) -> dict[str, Any]:
        """Return the values that were given, as JSON; empty ones are left out."""
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in self.cleaned_data.items()
            if value not in (None, "")
        }


def _form_field(field: Field) -> forms.Field:
    common: dict[str, Any] = {
        "label": field.title,
        "help_text": field.help,
        "required": field.required and field.type != "boolean",
    }
    if field.choices:
        offered = [("", "—"), *((choice, choice) for choice in field.choices)]
        convert: Callable[[Any], Any] = _CONVERT.get(field.type, str)
        return forms.TypedChoiceField(choices=offered, coerce=convert, empty_value=None, **common)
    if field.is_date:
        return forms.DateField(widget=forms.DateInput(attrs=_DATE), **common)
    if field.type == "string":
        return forms.CharField(max_length=1000, **common)
    return _PLAIN[field.type](**common)


_CONVERT: dict[str, Callable[[Any], Any]] = {"integer": int, "number": float}
_PLAIN: dict[str, type[forms.Field]] = {
    "boolean": forms.BooleanField,
    "integer": forms.IntegerField,
    "number": forms.FloatField,
}
