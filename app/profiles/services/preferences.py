"""Changes what a person prefers."""

from core.errors import InvalidInputError
from core.services import audit
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from profiles.models import Profile

FIELDS = ("time_zone", "date_format", "page_size")


def save_preferences(*, actor: User, time_zone: str, date_format: str, page_size: int) -> Profile:
    """Store the preferences of ``actor``. Raises ``InvalidInputError`` naming the wrong fields."""
    with transaction.atomic():
        profile, _ = Profile.objects.select_for_update().get_or_create(user=actor)
        before = audit.snapshot(profile, *FIELDS)
        profile.time_zone, profile.date_format = time_zone, date_format
        profile.page_size = page_size
        try:
            profile.full_clean()
        except ValidationError as error:
            wrong = {name: " ".join(words) for name, words in error.message_dict.items()}
            raise InvalidInputError(fields=wrong) from error
        profile.save()
        old, new = audit.changes(before, audit.snapshot(profile, *FIELDS))
        if new:
            audit.record(actor=actor, verb="changed", target=profile, before=old, after=new)
    return profile
