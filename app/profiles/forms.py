"""Forms about a person."""

from typing import TYPE_CHECKING, ClassVar
from zoneinfo import available_timezones

from django import forms

from profiles.models import Profile

if TYPE_CHECKING:  # the class takes its model as a parameter only in the type checker's eyes
    Form = forms.ModelForm[Profile]
else:
    Form = forms.ModelForm


class PreferencesForm(Form):
    """What a person prefers."""

    time_zone = forms.ChoiceField(required=False)

    class Meta:
        model = Profile
        fields: ClassVar = ["time_zone", "date_format", "page_size"]

    def __init__(self, *arguments: object, **options: object) -> None:
        """Offer the time zones of this machine's database."""
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        zones = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
        default = ("", "As this LedgerFlow is set")
        self.fields["time_zone"].choices = [default, *((name, name) for name in zones)]  # type: ignore[attr-defined]
