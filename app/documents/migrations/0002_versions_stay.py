"""The database refuses to change a version, and there are the types that most people need."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

REFUSE = """
CREATE FUNCTION documents_version_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions of documents are never changed'
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER documents_version_stays BEFORE UPDATE ON documents_version
    FOR EACH ROW EXECUTE FUNCTION documents_version_refuse();
"""
ALLOW = """
DROP TRIGGER documents_version_stays ON documents_version;
DROP FUNCTION documents_version_refuse();
"""
DATE = {"type": "string", "format": "date"}
AMOUNT = {"type": "string", "pattern": r"^-?\d+(\.\d{1,4})?$", "title": "Amount"}
CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$", "title": "Currency", "maxLength": 3}
TYPES: dict[str, dict[str, Any]] = {
    "Invoice": {
        "number": {"type": "string", "title": "Invoice number", "maxLength": 80},
        "date": {**DATE, "title": "Date"},
        "due": {**DATE, "title": "Due"},
        "amount": AMOUNT,
        "currency": CURRENCY,
        "payee": {"type": "string", "title": "Payee", "maxLength": 120},
    },
    "Receipt": {
        "date": {**DATE, "title": "Date"},
        "amount": AMOUNT,
        "currency": CURRENCY,
        "payee": {"type": "string", "title": "Payee", "maxLength": 120},
    },
    "Statement": {
        "bank": {"type": "string", "title": "Bank", "maxLength": 120},
        "start": {**DATE, "title": "From"},
        "end": {**DATE, "title": "To"},
    },
    "Contract": {
        "party": {"type": "string", "title": "With", "maxLength": 120},
        "start": {**DATE, "title": "From"},
        "end": {**DATE, "title": "To"},
    },
}


def add_types(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    model = apps.get_model("documents", "DocumentType")
    for name, properties in TYPES.items():
        schema = {"type": "object", "properties": properties}
        model.objects.get_or_create(name=name, defaults={"schema": schema})


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(add_types, migrations.RunPython.noop),
    ]
