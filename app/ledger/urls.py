"""Addresses of the ledger."""

from django.urls.resolvers import URLPattern

app_name = "ledger"
urlpatterns: list[URLPattern] = []
