"""What the pages say of a person's jobs."""

from typing import Any

from django.contrib.auth.models import User

from core.panels import Panel
from core.selectors.jobs import NOT_DONE, count_by_state

State = tuple[str, str, int]
"""Value, what people read, and how many jobs are in it."""


def states(user: User) -> list[State]:
    """Return each state but "done" with how many of the jobs that ``user`` sees are in it."""
    counts = count_by_state(user)
    return [(each.value, str(each.label), counts.get(each.value, 0)) for each in NOT_DONE]


def panel(user: User) -> dict[str, Any]:
    """Return what the panel of the dashboard shows."""
    return {"states": states(user)}


PANEL = Panel("jobs", "Jobs", "core/jobs/dashboard_panel.html", panel, order=90)
