"""Entries and saved searches, and how words are read.

The extensions are trusted ones: whoever may create objects in the database may create them.
"""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

import search.models.fields

# unaccent() itself depends on the search path and is not immutable, so no generated column may use
# it. As a dictionary of a configuration it may be used: é is e, in texts and in queries.
CONFIGURE = """
CREATE TEXT SEARCH CONFIGURATION ledgerflow_{language} (COPY = pg_catalog.{language});
ALTER TEXT SEARCH CONFIGURATION ledgerflow_{language}
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {dictionary};
"""
FORGET = "DROP TEXT SEARCH CONFIGURATION ledgerflow_{language};"
# Texts and vectors lie apart from the rest of a row: a search that looks at the dates of a
# hundred thousand hits reads a tenth of the pages then.
COMPACT = "ALTER TABLE search_searchentry SET (toast_tuple_target = 256)"


def configured(language: str) -> migrations.RunSQL:
    dictionary = "simple" if language == "simple" else f"{language}_stem"
    return migrations.RunSQL(
        CONFIGURE.format(language=language, dictionary=dictionary),
        FORGET.format(language=language),
    )


LANGUAGES = (
    "danish", "dutch", "english", "finnish", "french", "german", "hungarian", "italian",
    "norwegian", "portuguese", "romanian", "russian", "simple", "spanish", "swedish", "turkish",
)  # fmt: skip


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0002_versions_stay"),
        ("ledger", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        *map(configured, LANGUAGES),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        unique=True,
                        verbose_name="public identifier",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="last changed")),
                ("name", models.CharField(max_length=80)),
                ("query", models.JSONField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_searches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "saved searches",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("owner"),
                        django.db.models.functions.text.Lower("name"),
                        name="search_saved_name_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("document", "Documents"), ("transaction", "Transactions")],
                        max_length=11,
                    ),
                ),
                ("config", search.models.fields.RegConfigField(verbose_name="how words are read")),
                ("title", models.TextField()),
                ("labels", models.TextField()),
                ("body", models.TextField()),
                (
                    "vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.SearchVector(
                                    "title", config=models.F("config"), weight="A"
                                ),
                                "||",
                                django.contrib.postgres.search.SearchVector(
                                    "labels", config=models.F("config"), weight="B"
                                ),
                                django.contrib.postgres.search.SearchConfig(models.F("config")),
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                "body", config=models.F("config"), weight="D"
                            ),
                            django.contrib.postgres.search.SearchConfig(models.F("config")),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "title_vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.SearchVector(
                            "title", config=models.F("config")
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "readers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("date", models.DateField()),
                ("amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ("currency", models.CharField(max_length=3)),
                ("category_id", models.BigIntegerField(null=True)),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("version_id", models.BigIntegerField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                ("is_partial", models.BooleanField(verbose_name="only the beginning is searched")),
                ("indexed_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="documents.document",
                    ),
                ),
                (
                    "document_type",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.documenttype",
                    ),
                ),
                (
                    "transaction",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="ledger.transaction",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "search entries",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False,
                        fields=["vector", "title_vector", "readers"],
                        name="search_entry_words",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False,
                        fields=["title"],
                        name="search_entry_title",
                        opclasses=["gin_trgm_ops"],
                    ),
                    models.Index(
                        models.OrderBy(models.F("date"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="search_entry_newest",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("document__isnull", False),
                                ("kind", "document"),
                                ("transaction__isnull", True),
                            ),
                            models.Q(
                                ("document__isnull", True),
                                ("kind", "transaction"),
                                ("transaction__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="search_entry_of_one_thing",
                    )
                ],
            },
        ),
        migrations.RunSQL(COMPACT, migrations.RunSQL.noop),
    ]
