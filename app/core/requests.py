"""What views ask of a request."""

from typing import TypeVar

from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)


def signed_in(request: HttpRequest) -> User:
    """Return who has signed in, on a page that ``LoginRequiredMiddleware`` guards.

    Raises ``TypeError`` on any other page: a mistake in the program.
    """
    user = request.user
    if not isinstance(user, User):
        raise TypeError(f"{request.path} is served to people who have not signed in")
    return user


def page_of(request: HttpRequest, rows: QuerySet[Row], size: int) -> Page[Row]:
    """Return the page ``?page=`` of ``rows``; the last one for numbers that are too high."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
