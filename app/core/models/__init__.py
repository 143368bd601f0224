"""Models; each has a module of its own."""

from core.models.base import BaseModel
from core.models.environment_marker import EnvironmentMarker

__all__ = ["BaseModel", "EnvironmentMarker"]
