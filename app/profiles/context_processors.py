"""What templates show as a person prefers it."""

from typing import Any

from django.http import HttpRequest

from profiles.selectors.preferences import profile_of


def preferences(request: HttpRequest) -> dict[str, Any]:
    """Return ``date_format`` for ``{{ day|date:date_format }}``.

    It is a function, so that pages that show no date ask no database.
    """
    return {"date_format": lambda: profile_of(request.user).date_format}
