"""What LedgerFlow needs to serve, with the probe of each."""

from collections.abc import Mapping
from functools import partial

from config.environment import Environment

from core.health.cache import probe_cache
from core.health.database import probe_database, probe_environment, probe_migrations
from core.health.runner import Probe
from core.health.search import probe_search


def probes(environment: Environment) -> Mapping[str, Probe]:
    """Return the probes by the dependency's name, in the order in which they are reported."""
    return {
        "database": probe_database,
        "cache": partial(probe_cache, environment.redis_url),
        "search": partial(probe_search, environment.searxng_url),
        "migrations": probe_migrations,
        "environment": partial(probe_environment, environment.name),
    }
