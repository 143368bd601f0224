"""What the dashboard shows of the search."""

from typing import Any

from django.contrib.auth.models import User

from search.selectors.saved import saved_of


def saved(user: User) -> dict[str, Any]:
    """Return a person's saved searches."""
    return {"saved": list(saved_of(user)[:10])}
