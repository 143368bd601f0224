"""What people type into the search."""

from typing import Any

from core.forms import day_field, wrong_fields
from django import forms
from django.contrib.auth.models import User
from documents.models import DocumentType
from ledger.models import Account
from ledger.selectors import accounts

from search.models import EntryKind
from search.selectors.wanted import LONGEST_QUERY, Wanted


class SearchForm(forms.Form):
    """Words and filters."""

    q = forms.CharField(
        label="Words",
        required=False,
        max_length=LONGEST_QUERY,
        widget=forms.TextInput({"type": "search"}),
        help_text="“in quotes” for a phrase, or between words, -word for one that must be absent.",
    )
    kind = forms.ChoiceField(
        label="Look in", required=False, choices=[("", "Everything"), *EntryKind.choices]
    )
    type = forms.ModelChoiceField(
        DocumentType.objects.all(), required=False, empty_label="Any", to_field_name="uid"
    )
    tag = forms.CharField(required=False, max_length=50)
    account = forms.ModelChoiceField(
        Account.objects.none(), required=False, empty_label="Any", to_field_name="uid"
    )
    since = day_field("From", required=False)
    until = day_field("To", required=False)
    least = forms.DecimalField(
        label="Amount from", required=False, min_value=0, max_digits=18, decimal_places=4
    )
    most = forms.DecimalField(
        label="Amount to", required=False, min_value=0, max_digits=18, decimal_places=4
    )

    def __init__(self, user: User, *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        """Offer the accounts that ``user`` may see."""
        super().__init__(*arguments, **options)
        seen = accounts.visible_to(user).order_by("name", "pk")
        self.fields["account"].queryset = seen  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse ranges that end before they begin."""
        chosen = super().clean() or self.cleaned_data
        for first, last in (("since", "until"), ("least", "most")):
            begin, end = chosen.get(first), chosen.get(last)
            if begin is not None and end is not None and begin > end:
                self.add_error(last, f"This is less than “{self.fields[first].label}”.")
        return chosen

    @property
    def wanted(self) -> Wanted:
        """What was asked for, of a form that is valid."""
        chosen = self.cleaned_data
        return Wanted(
            words=chosen["q"],
            kind=chosen["kind"],
            document_type=chosen["type"].uid if chosen["type"] else None,
            tag=chosen["tag"],
            account=chosen["account"].uid if chosen["account"] else None,
            since=chosen["since"],
            until=chosen["until"],
            least=chosen["least"],
            most=chosen["most"],
        )

    @property
    def filled(self) -> dict[str, str]:
        """The fields that were filled, as they came."""
        given = ((name, str(self.data.get(name, "")).strip()) for name in self.fields)
        return {name: text for name, text in given if text}

    @property
    def described(self) -> list[str]:
        """What is wrong, in words, for people who see the results alone."""
        wrong = wrong_fields(self)
        return [f"{self.fields[name].label or name}: {said}" for name, said in wrong.items()]
