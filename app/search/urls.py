"""Addresses of the search."""

from django.urls import path
from django.urls.resolvers import URLPattern

from search.views import pages, saved

app_name = "search"
urlpatterns: list[URLPattern] = [
    path("", pages.search, name="search"),
    path("saved/", saved.save, name="save"),
    path("saved/<uuid:uid>/", saved.run, name="run"),
    path("saved/<uuid:uid>/remove/", saved.remove, name="remove"),
]
