"""System checks; those that ask a server run with ``migrate`` and ``check --database default``.

LedgerFlow's own are ``core.E001`` (the database is another environment's), ``core.E002``
(something that must be so before it starts; ``core.W002`` in dev) and ``core.W001`` (Redis does
not answer).
"""

from collections.abc import Sequence

from config.startup import obstacles
from django.apps.config import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from core.health.cache import probe_cache
from core.health.failures import describe
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


@register(Tags.files)
def startup(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Refuse to start where files could not be kept; a developer's own machine is only told."""
    found = [each.split("; ", maxsplit=1) for each in obstacles(settings.LEDGERFLOW)]
    if settings.LEDGERFLOW.name == "dev":
        return [checks.Warning(problem, hint=hint, id="core.W002") for problem, hint in found]
    return [Error(problem, hint=hint, id="core.E002") for problem, hint in found]


@register(Tags.database)
def redis_answers(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_: object,
) -> list[CheckMessage]:
    """Warn when Redis is away: pages are served and jobs wait, nothing is lost."""
    if not databases:
        return []
    try:
        probe_cache(settings.LEDGERFLOW.redis_url)
    except Exception as error:
        return [checks.Warning(f"Redis {describe(error)}", hint=REDIS_HINT, id="core.W001")]
    return []


REDIS_HINT = "Correct REDIS_URL or start Redis; until then no job is done."
HINT = (
    "Correct LEDGERFLOW_ENVIRONMENT or DATABASE_*; if this copy shall belong to the settings' "
    "environment from now on, run: python manage.py mark_environment --replace"
)
