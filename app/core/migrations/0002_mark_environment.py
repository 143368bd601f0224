"""Writes the marker once, with the environment in which the database was created."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mark(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the row; later migrations never change it."""
    markers = apps.get_model("core", "EnvironmentMarker").objects
    markers.using(schema_editor.connection.alias).get_or_create(
        singleton=True, defaults={"name": settings.LEDGERFLOW.name}
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
