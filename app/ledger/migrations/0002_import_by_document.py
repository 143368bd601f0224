from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="import",
            index=models.Index(
                condition=models.Q(("document_uid__isnull", False)),
                fields=["document_uid"],
                name="ledger_import_by_document",
            ),
        ),
    ]
