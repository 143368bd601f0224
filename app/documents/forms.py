"""Forms about documents."""

from core.forms import day_field
from core.schema_forms import SchemaForm
from django import forms
from django.contrib.auth.models import Group, User

from documents.inspection.kinds import KINDS
from documents.models import DocumentType
from documents.selectors.listing import Filter


class FilterForm(forms.Form):
    """What a list is narrowed to."""

    q = forms.CharField(label="Title contains", required=False, max_length=200)
    type = forms.ModelChoiceField(DocumentType.objects.all(), required=False, empty_label="Any")
    tag = forms.CharField(required=False, max_length=50)
    kind = forms.ChoiceField(
        label="File", required=False, choices=[("", "Any"), *((k.name, k.title) for k in KINDS)]
    )
    since = day_field("Added since", required=False)
    until = day_field("Added until", required=False)
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


class MetadataForm(SchemaForm):
    """The fields of a type, made from its schema."""

    prefix = "field"
