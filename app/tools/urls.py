"""Addresses of the tools."""

from django.urls import path
from django.urls.resolvers import URLPattern

from tools.views import pages

app_name = "tools"
urlpatterns: list[URLPattern] = [
    path("", pages.tools, name="list"),
    path("<slug:package>/<slug:name>/", pages.run_tool, name="run"),
]
