"""What administrators see of the core."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from core.models import EnvironmentMarker

if TYPE_CHECKING:  # the class takes its model as a parameter only in the type checker's eyes
    Admin = admin.ModelAdmin[EnvironmentMarker]
else:
    Admin = admin.ModelAdmin

admin.site.site_header = "LedgerFlow administration"
admin.site.site_title = "LedgerFlow"


@admin.register(EnvironmentMarker)
class EnvironmentMarkerAdmin(Admin):
    """Shows the marker; only the ``mark_environment`` command changes it."""

    list_display = ("name", "uid", "created_at", "updated_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return no: there is one row, written by the first migration."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: EnvironmentMarker | None = None
    ) -> bool:
        """Return no: the row is a lock."""
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: EnvironmentMarker | None = None
    ) -> bool:
        """Return no: the row is a lock."""
        return False
