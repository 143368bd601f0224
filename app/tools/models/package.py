"""A package of tools."""

from typing import ClassVar

from core.models import BaseModel
from django.core.validators import RegexValidator
from django.db import models

from tools.registry import PACKAGE


class ToolPackage(BaseModel):
    """A folder ``*_tool``; switched off, none of its tools runs."""

    name = models.CharField(
        max_length=100, unique=True, validators=[RegexValidator(f"^{PACKAGE.pattern}\\Z")]
    )
    enabled = models.BooleanField("switched on", default=False)

    class Meta:
        verbose_name = "package of tools"
        verbose_name_plural = "packages of tools"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        """Return its name."""
        return self.name
