"""Forms made from a schema (``core.schemas``)."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from core.forms import day_field
from core.schemas import Field, fields_of


class SchemaForm(forms.Form):
    """A form with a field for each property."""

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
        return day_field(**common)
    if field.type == "string":
        return forms.CharField(max_length=1000, **common)
    return _PLAIN[field.type](**common)


_CONVERT: dict[str, Callable[[Any], Any]] = {"integer": int, "number": float}
_PLAIN: dict[str, type[forms.Field]] = {
    "boolean": forms.BooleanField,
    "integer": forms.IntegerField,
    "number": forms.FloatField,
}
