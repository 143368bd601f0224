"""Packages of tools, tools and their runs."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ToolPackage",
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
                (
                    "name",
                    models.CharField(
                        max_length=100,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[a-z_]+_tool\\Z")],
                    ),
                ),
                ("enabled", models.BooleanField(default=False, verbose_name="switched on")),
            ],
            options={
                "verbose_name": "package of tools",
                "verbose_name_plural": "packages of tools",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Tool",
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
                (
                    "path",
                    models.CharField(
                        max_length=200,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^tools\\.[a-z_]+_tool\\.[a-z_]+\\Z"
                            )
                        ],
                        verbose_name="module path",
                    ),
                ),
                ("title", models.CharField(max_length=100)),
                ("enabled", models.BooleanField(default=False, verbose_name="switched on")),
                ("schema", models.JSONField(blank=True, default=dict, verbose_name="parameters")),
                ("signature", models.CharField(max_length=64)),
                (
                    "pinned",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Nobody who runs it can change them.",
                        verbose_name="pinned parameters",
                    ),
                ),
                (
                    "defaults",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="For those that are not given.",
                        verbose_name="default parameters",
                    ),
                ),
                (
                    "time_out",
                    models.FloatField(
                        blank=True,
                        help_text="Empty for what the code says; it can only be made less.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0.5)],
                        verbose_name="seconds at most",
                    ),
                ),
                (
                    "cache",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty for what the code says; it can only be made less.",
                        null=True,
                        verbose_name="seconds that answers are kept",
                    ),
                ),
                (
                    "rate",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty for what the code says; it can only be made less.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="runs of one person in a minute",
                    ),
                ),
                (
                    "permission",
                    models.CharField(
                        blank=True,
                        help_text="Whoever runs it needs this too, like tools.view_toolrun.",
                        max_length=150,
                        verbose_name="further permission",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tools",
                        to="tools.toolpackage",
                    ),
                ),
            ],
            options={
                "ordering": ["path"],
            },
        ),
        migrations.CreateModel(
            name="ToolRun",
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
                ("path", models.CharField(max_length=200, verbose_name="module path")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
                ("parameters", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("done", "Done"), ("failed", "Failed")], max_length=8
                    ),
                ),
                ("error_code", models.CharField(blank=True, max_length=64)),
                (
                    "from_cache",
                    models.BooleanField(default=False, verbose_name="answered from the cache"),
                ),
                ("duration_ms", models.PositiveIntegerField(verbose_name="milliseconds")),
                ("result_count", models.PositiveIntegerField(default=0, verbose_name="results")),
                (
                    "tool",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="runs",
                        to="tools.tool",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "run of a tool",
                "verbose_name_plural": "runs of tools",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        models.F("user"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="tools_run_by_user",
                    ),
                    models.Index(fields=["created_at"], name="tools_run_created"),
                ],
            },
        ),
    ]
