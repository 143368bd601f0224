"""What a person prefers."""

from zoneinfo import available_timezones

from core.models import BaseModel
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class DateFormat(models.TextChoices):
    """How dates are written; the values are Django's format strings."""

    ISO = "Y-m-d", "2026-12-31"
    LONG = "j F Y", "31 December 2026"
    DOTS = "d.m.Y", "31.12.2026"
    DAY_FIRST = "d/m/Y", "31/12/2026"
    MONTH_FIRST = "m/d/Y", "12/31/2026"


def validate_time_zone(name: str) -> None:
    """Raise ``ValidationError`` unless ``name`` is in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError("Choose a time zone like Europe/Rome.", code="unknown_time_zone")


class Profile(BaseModel):
    """The preferences of one account; an account without a row has the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile"
    )
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text="Empty for the time zone of this LedgerFlow.",
    )
    date_format = models.CharField(
        max_length=16, choices=DateFormat.choices, default=DateFormat.LONG
    )
    page_size = models.PositiveSmallIntegerField(
        "rows on a page", default=25, validators=[MinValueValidator(10), MaxValueValidator(100)]
    )

    def __str__(self) -> str:
        """Return whose it is."""
        return f"Preferences of {self.user}"
