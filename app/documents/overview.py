"""What the dashboard shows of documents."""

from typing import Any

from django.contrib.auth.models import User

from documents.selectors.documents import visible_to


def recent(user: User) -> dict[str, Any]:
    """Return the newest documents a person may see."""
    newest = visible_to(user).select_related("document_type", "current_version__reading")
    return {"documents": list(newest.order_by("-id")[:8])}
