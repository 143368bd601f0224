"""What views ask of a request."""

from ipaddress import ip_address, ip_network
from typing import TypeVar

from django.conf import settings
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


def client_address(request: HttpRequest) -> str:
    """Return the address of who asks, as the outermost reverse proxy of LedgerFlow saw it.

    Each proxy adds the address it was asked from at the end of ``X-Forwarded-For``, so with
    ``TRUSTED_PROXIES`` of them the entry that far from the end is true, and whatever a client put
    before it is not read. Addresses of IPv6 are cut to their /64: a customer has as many as they
    like. An empty string when nothing is known.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXIES:
        entries = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        if len(entries) >= settings.TRUSTED_PROXIES:
            address = entries[-settings.TRUSTED_PROXIES].strip() or address
    try:
        parsed = ip_address(address)
    except ValueError:
        return str(request.META.get("REMOTE_ADDR", ""))
    if parsed.version == 6:
        mapped = parsed.ipv4_mapped
        return str(mapped or ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
