"""The preferences of accounts."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import profiles.models.profile


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Profile",
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
                    "time_zone",
                    models.CharField(
                        blank=True,
                        help_text="Empty for the time zone of this LedgerFlow.",
                        max_length=64,
                        validators=[profiles.models.profile.validate_time_zone],
                    ),
                ),
                (
                    "date_format",
                    models.CharField(
                        choices=[
                            ("Y-m-d", "2026-12-31"),
                            ("j F Y", "31 December 2026"),
                            ("d.m.Y", "31.12.2026"),
                            ("d/m/Y", "31/12/2026"),
                            ("m/d/Y", "12/31/2026"),
                        ],
                        default="j F Y",
                        max_length=16,
                    ),
                ),
                (
                    "page_size",
                    models.PositiveSmallIntegerField(
                        default=25,
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="rows on a page",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="profile",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
