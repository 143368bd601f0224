"""What forms of every application share."""

from django import forms


class Day(forms.DateInput):
    """A field of a day that browsers offer a calendar for."""

    input_type = "date"

    def __init__(self) -> None:
        """Use the form of a day that browsers send."""
        super().__init__(format="%Y-%m-%d")


def day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(label=label, required=required, help_text=help_text, widget=Day())


def wrong_fields(form: forms.BaseForm) -> dict[str, str]:
    """Return what is wrong with which field, as ``InvalidInputError`` takes it."""
    return {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
