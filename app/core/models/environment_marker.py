"""The row by which a database says which environment it belongs to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from core.models.base import BaseModel


class EnvironmentMarker(BaseModel):
    """The one row that must agree with ``LEDGERFLOW_ENVIRONMENT``.

    The first migration writes it. A restored or mistakenly connected database of another
    environment is told apart by it before anything is changed.
    """

    name = models.CharField("environment", max_length=32)
    singleton = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name = "environment marker"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(singleton=True), name="core_one_environment_marker")
        ]

    def __str__(self) -> str:
        """Return the environment's name."""
        return self.name
