"""Models; each has a module of its own."""

from core.models.audit_event import AuditEvent
from core.models.base import BaseModel
from core.models.environment_marker import EnvironmentMarker
from core.models.job import Job, JobState

__all__ = ["AuditEvent", "BaseModel", "EnvironmentMarker", "Job", "JobState"]
