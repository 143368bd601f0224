"""Addresses of the core."""

from django.urls import path
from django.urls.resolvers import URLPattern

from core import views

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("", views.status, name="status"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
