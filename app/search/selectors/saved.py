"""A person's saved searches."""

import uuid

from core.errors import NotFoundError
from django.contrib.auth.models import User
from django.db.models import QuerySet

from search.models import SavedSearch


def saved_of(user: User) -> QuerySet[SavedSearch]:
    """Return the searches that ``user`` has saved, by name; nobody sees another's."""
    return SavedSearch.objects.filter(owner_id=user.pk).order_by("name", "pk")


def find_saved(user: User, uid: uuid.UUID) -> SavedSearch:
    """Return one of them. Raises ``NotFoundError``."""
    found = saved_of(user).filter(uid=uid).first()
    if found is None:
        raise NotFoundError("There is no such saved search, or it is not yours.")
    return found
