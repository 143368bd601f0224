"""What the audit events say."""

import uuid

from django.db.models import QuerySet

from core.models import AuditEvent


def events_of(object_uid: uuid.UUID) -> QuerySet[AuditEvent]:
    """Return the events of one thing, newest first.

    Whoever may see the thing may see these; the caller has made sure of that.
    """
    return AuditEvent.objects.filter(object_uid=object_uid).order_by("-id")
