"""Names the signed-in user in the log."""

from collections.abc import Callable
from typing import Any

from config import context
from django.http import HttpRequest, HttpResponse

from core.middleware.request_id import Respond


class SignedInMiddleware:
    """Puts the user's id into the log's context, on pages that need one.

    The others, health and status, must answer while the database that holds sessions is away.
    """

    def __init__(self, get_response: Respond) -> None:
        """Take the next part of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; ``request_id_middleware`` resets the context."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> None:
        """Note the user."""
        if getattr(view, "login_required", True):
            context.user_id.set(request.user.pk)
