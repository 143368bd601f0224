"""Amounts in templates."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ledger.money import shown

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str) -> str | SafeString:
    """Show an amount in its currency; a negative one in its colour, with a minus as well."""
    if amount is None:
        return "—"
    text = f"{shown(amount, currency)}\N{NO-BREAK SPACE}{currency}"
    return format_html('<span class="negative">{}</span>', text) if amount < 0 else text
