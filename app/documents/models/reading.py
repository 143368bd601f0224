"""What reading a version gave; the text lies apart, so that no list carries it."""

from core.models import BaseModel
from django.db import models

from documents.models.version import Version


class ReadingState(models.TextChoices):
    """How far the reading of a file is; ``failed`` has an ``error_code``."""

    WAITING = "waiting", "Being read"
    READ = "read", "Read"
    FAILED = "failed", "Not readable"


class Reading(BaseModel):
    """The state of a version's text."""

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="reading")
    state = models.CharField(
        max_length=8, choices=ReadingState.choices, default=ReadingState.WAITING
    )
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.CharField("what went wrong", max_length=500, blank=True)
    page_count = models.PositiveIntegerField("pages", null=True)
    is_cut = models.BooleanField("text was longer than is kept", default=False)
    details = models.JSONField(default=dict)
    """What the file says about itself: size of an image, author of a PDF."""

    def __str__(self) -> str:
        """Return the state."""
        return self.get_state_display()


class VersionText(models.Model):
    """The text of a version."""

    version = models.OneToOneField(
        Version, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    content = models.TextField()

    def __str__(self) -> str:
        """Return how long it is."""
        return f"{len(self.content)} characters"
