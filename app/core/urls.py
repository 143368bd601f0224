"""Addresses of the core."""

from django.urls import path
from django.urls.resolvers import URLPattern

from core.views import dashboard, health, jobs

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<uuid:uid>/retry/", jobs.retry, name="retry-job"),
    path("status/", health.status, name="status"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
