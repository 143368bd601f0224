"""What administrators see of the profiles."""

from typing import TYPE_CHECKING

from django.contrib import admin

from profiles.models import Profile

if TYPE_CHECKING:  # the class takes its model as a parameter only in the type checker's eyes
    Admin = admin.ModelAdmin[Profile]
else:
    Admin = admin.ModelAdmin


@admin.register(Profile)
class ProfileAdmin(Admin):
    """Shows preferences."""

    list_display = ("user", "time_zone", "date_format", "page_size")
    list_select_related = ("user",)
    readonly_fields = ("uid", "user", "created_at", "updated_at")
