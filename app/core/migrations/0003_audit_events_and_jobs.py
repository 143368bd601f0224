"""Tables of audit events, which the database only lets grow, and of jobs."""

import uuid

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION core_auditevent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are never changed or removed (%)', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER core_auditevent_only_grows BEFORE UPDATE OR DELETE ON core_auditevent
    FOR EACH ROW EXECUTE FUNCTION core_auditevent_refuse();
CREATE TRIGGER core_auditevent_no_truncate BEFORE TRUNCATE ON core_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION core_auditevent_refuse();
"""
ALLOW = """
DROP TRIGGER core_auditevent_no_truncate ON core_auditevent;
DROP TRIGGER core_auditevent_only_grows ON core_auditevent;
DROP FUNCTION core_auditevent_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_mark_environment"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEvent",
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
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="when"
                    ),
                ),
                ("actor_label", models.CharField(max_length=150, verbose_name="name at the time")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
                ("verb", models.CharField(max_length=64, verbose_name="action")),
                ("object_type", models.CharField(max_length=100, verbose_name="kind of thing")),
                ("object_uid", models.UUIDField(null=True, verbose_name="thing")),
                (
                    "object_label",
                    models.CharField(
                        blank=True, max_length=255, verbose_name="its name at the time"
                    ),
                ),
                (
                    "before",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                (
                    "after",
                    models.JSONField(
                        default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit event",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        models.F("object_uid"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="core_audit_by_object",
                    ),
                    models.Index(
                        models.F("actor"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="core_audit_by_actor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
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
                ("kind", models.CharField(max_length=100)),
                ("target_uid", models.UUIDField(null=True, verbose_name="thing")),
                ("key", models.CharField(blank=True, max_length=100, verbose_name="told apart by")),
                ("parameters", models.JSONField(default=dict)),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "due_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="not before"
                    ),
                ),
                ("woken_at", models.DateTimeField(null=True, verbose_name="last sent to a worker")),
                ("started_at", models.DateTimeField(null=True, verbose_name="last started")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="ended")),
                ("error_code", models.CharField(blank=True, max_length=64)),
                (
                    "error_message",
                    models.CharField(blank=True, max_length=500, verbose_name="what went wrong"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running", "failed"])),
                        fields=["state", "due_at"],
                        name="core_job_not_done",
                    ),
                    models.Index(
                        models.F("owner"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="core_job_by_owner",
                    ),
                    models.Index(
                        models.F("target_uid"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="core_job_by_target",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("attempts", 0), ("state", "queued")),
                        fields=("kind", "target_uid", "key"),
                        name="core_job_queued_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
