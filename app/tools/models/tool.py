"""A tool, as the administrators set it."""

from typing import ClassVar

from core.models import BaseModel
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

from tools.models.package import ToolPackage
from tools.registry import PATH

AS_CODE = "Empty for what the code says; it can only be made less."


class Tool(BaseModel):
    """Switches on what code registered under the exact ``path``, and narrows it.

    ``schema`` and ``signature`` are those that an administrator knows of; a tool whose code says
    otherwise has drifted (``tools.selectors.drift``).
    """

    package = models.ForeignKey(ToolPackage, on_delete=models.PROTECT, related_name="tools")
    path = models.CharField(
        "module path",
        max_length=200,
        unique=True,
        validators=[RegexValidator(f"^{PATH.pattern}\\Z")],
    )
    title = models.CharField(max_length=100)
    enabled = models.BooleanField("switched on", default=False)
    schema = models.JSONField("parameters", default=dict, blank=True)
    signature = models.CharField(max_length=64)
    pinned = models.JSONField(
        "pinned parameters",
        default=dict,
        blank=True,
        help_text="Nobody who runs it can change them.",
    )
    defaults = models.JSONField(
        "default parameters", default=dict, blank=True, help_text="For those that are not given."
    )
    time_out = models.FloatField(
        "seconds at most",
        null=True,
        blank=True,
        validators=[MinValueValidator(0.5)],
        help_text=AS_CODE,
    )
    cache = models.PositiveIntegerField(
        "seconds that answers are kept", null=True, blank=True, help_text=AS_CODE
    )
    rate = models.PositiveIntegerField(
        "runs of one person in a minute",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=AS_CODE,
    )
    permission = models.CharField(
        "further permission",
        max_length=150,
        blank=True,
        help_text="Whoever runs it needs this too, like tools.view_toolrun.",
    )

    class Meta:
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        """Return its path."""
        return self.path

    @property
    def is_on(self) -> bool:
        """Whether it and its package are switched on."""
        return self.enabled and self.package.enabled
