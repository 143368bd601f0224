"""What tests of pages send and read."""

from django.http import HttpResponse

HTMX = {"hx-request": "true"}
"""How htmx says that it wants a part of a page."""


def text_of(response: HttpResponse) -> str:
    """Return what was answered."""
    return response.content.decode()
