"""What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.navigation import links


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the environment's name and, as a function that only full pages call, the menu."""
    return {"environment": settings.LEDGERFLOW, "menu": lambda: _menu(request)}


def _menu(request: HttpRequest) -> object:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ()
    return links(request, administrator=user.is_superuser)
