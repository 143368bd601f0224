"""Compares the database's own environment with that of the settings."""

from django.db.backends.base.base import BaseDatabaseWrapper

from core.models import EnvironmentMarker


def marked_environment(connection: BaseDatabaseWrapper) -> str | None:
    """Return the environment that the database names, or nothing when it has no marker."""
    table = EnvironmentMarker._meta.db_table
    if table not in connection.introspection.table_names():
        return None
    marker = EnvironmentMarker.objects.using(connection.alias).first()
    return marker.name if marker else None


def disagreement(marked: str | None, configured: str) -> str | None:
    """Return in one sentence why the two do not agree, or nothing when they do."""
    if marked == configured:
        return None
    if marked is None:
        return "the database does not say which environment it belongs to"
    return f"the database belongs to {marked}, the settings to {configured}"
