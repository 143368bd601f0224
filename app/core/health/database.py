"""Probes of PostgreSQL: the server, its migrations and the environment it belongs to."""

from collections.abc import Iterator
from contextlib import contextmanager

from config.database.base import DatabaseWrapper
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from core.health.status import Finding, NotReadyError
from core.marker import disagreement, marked_environment


@contextmanager
def _connection() -> Iterator[BaseDatabaseWrapper]:
    """Yield a connection for this thread and close it: a probe's thread does not live on.

    It is not the pool's, which tells no reason when it has none to give.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if isinstance(connection, DatabaseWrapper):
        connection = connections[DEFAULT_DB_ALIAS] = connection.without_pool()
    try:
        yield connection
    finally:
        connection.close()


def probe_database() -> Finding:
    """Return the server's version, as it reports it, without the packager's suffix."""
    with _connection() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    return Finding(version=str(version).split(" ", maxsplit=1)[0])


def probe_migrations() -> Finding:
    """Return how many migrations are applied; raises ``NotReadyError`` when some are not."""
    with _connection() as connection:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in plan[:3])
        more = f" and {len(plan) - 3} more" if len(plan) > 3 else ""
        raise NotReadyError(f"not applied: {names}{more}")
    return Finding(detail=f"{len(executor.loader.applied_migrations)} applied, none pending")


def probe_environment(configured: str) -> Finding:
    """Return the environment's name; raises ``NotReadyError`` when the database names another."""
    with _connection() as connection:
        marked = marked_environment(connection)
    problem = disagreement(marked, configured)
    if problem:
        raise NotReadyError(problem)
    return Finding(detail=f"settings and database agree on {configured}")
