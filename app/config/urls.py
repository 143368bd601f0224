"""Addresses of the project. Each application has a folder of its own, except core and profiles."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("", include("profiles.urls")),
    path("documents/", include("documents.urls")),
    path("ledger/", include("ledger.urls")),
    path("search/", include("search.urls")),
    path("tools/", include("tools.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.permission_denied"
handler404 = "core.views.errors.page_not_found"
handler500 = "core.views.errors.server_error"
