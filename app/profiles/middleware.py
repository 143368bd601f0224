"""Shows times in the time zone of the person."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from profiles.selectors.preferences import profile_of


class PreferencesMiddleware:
    """Activates the time zone on pages that need a sign-in; health and status ask no database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take the next part of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, and leave the thread as it was."""
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> None:
        """Activate it."""
        if getattr(view, "login_required", True) and request.user.is_authenticated:
            time_zone = profile_of(request.user).time_zone
            if time_zone:
                timezone.activate(time_zone)
