"""What administrators see of the core."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from core.models import AuditEvent, EnvironmentMarker, Job

if TYPE_CHECKING:  # the class takes its model as a parameter only in the type checker's eyes
    Base = admin.ModelAdmin[Model]
else:
    Base = admin.ModelAdmin

admin.site.site_header = "LedgerFlow administration"
admin.site.site_title = "LedgerFlow"


class FixedRows:
    """Neither adds rows nor removes them; stands before ``ModelAdmin`` among the bases."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return no."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return no."""
        return False


class ReadOnlyAdmin(FixedRows, Base):
    """Shows rows that only services write."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return no."""
        return False


@admin.register(EnvironmentMarker)
class EnvironmentMarkerAdmin(ReadOnlyAdmin):
    """Shows the marker; only the ``mark_environment`` command changes it."""

    list_display = ("name", "uid", "created_at", "updated_at")


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Shows what was done."""

    list_display = ("at", "actor_label", "verb", "object_type", "object_label", "request_id")
    list_filter = ("verb", "object_type")
    search_fields = ("=object_uid", "=request_id", "=actor_label")
    date_hierarchy = "at"
    show_full_result_count = False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Shows jobs; the page of jobs retries them."""

    list_display = ("created_at", "kind", "state", "attempts", "owner", "error_code")
    list_filter = ("state", "kind")
    list_select_related = ("owner",)
    search_fields = ("=uid", "=target_uid", "=request_id")
    show_full_result_count = False
