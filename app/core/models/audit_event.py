"""What was done, by whom: rows that are only ever added."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F
from django.utils import timezone


class AuditEvent(models.Model):
    """One action on one thing, written in the transaction of the action.

    Triggers of the database refuse to change, delete or truncate the rows (migration 0003). So
    nothing here may refer to another row with a rule of deletion: ``actor`` is a plain number
    for the database, and ``actor_label`` keeps the name.
    """

    uid = models.UUIDField("public identifier", default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField("when", default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="who",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    actor_label = models.CharField("name at the time", max_length=150)
    request_id = models.CharField("request", max_length=64, blank=True)
    verb = models.CharField("action", max_length=64)
    object_type = models.CharField("kind of thing", max_length=100)
    object_uid = models.UUIDField("thing", null=True)
    object_label = models.CharField("its name at the time", max_length=255, blank=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = "audit event"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(F("object_uid"), F("id").desc(), name="core_audit_by_object"),
            models.Index(F("actor"), F("id").desc(), name="core_audit_by_actor"),
        ]

    def __str__(self) -> str:
        """Return who did what to which kind of thing."""
        return f"{self.actor_label} {self.verb} {self.object_type}"
