"""System checks; those of the database run with ``migrate`` and ``check --database default``."""

from collections.abc import Sequence

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from core.marker import disagreement, marked_environment


@register(Tags.database)
def environment_marker(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_: object,
) -> list[CheckMessage]:
    """Refuse a database that belongs to another environment; one without a marker may be new."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        marked = marked_environment(connections[alias])
        problem = disagreement(marked, settings.LEDGERFLOW.name)
        if marked is not None and problem:
            messages.append(Error(problem, hint=HINT, id="core.E001"))
    return messages


HINT = (
    "Correct LEDGERFLOW_ENVIRONMENT or DATABASE_*; if this copy shall belong to the settings' "
    "environment from now on, run: python manage.py mark_environment --replace"
)
