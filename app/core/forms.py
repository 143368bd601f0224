"""What forms of every application share."""

from django import forms


def wrong_fields(form: forms.BaseForm) -> dict[str, str]:
    """Return what is wrong with which field, as ``InvalidInputError`` takes it."""
    return {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
