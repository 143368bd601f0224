"""Addresses of documents."""

from django.urls import path
from django.urls.resolvers import URLPattern

from documents.views import detail, files, lists, uploads

app_name = "documents"
urlpatterns: list[URLPattern] = [
    path("", lists.documents, name="list"),
    path("trash/", lists.trash, name="trash"),
    path("bulk/", lists.act, name="bulk"),
    path("upload/", uploads.upload, name="upload"),
    path("upload/<uuid:uid>/", uploads.state, name="upload-state"),
    path("<uuid:uid>/", detail.detail, name="detail"),
    path("<uuid:uid>/rename/", detail.rename, name="rename"),
    path("<uuid:uid>/tags/", detail.tag, name="tags"),
    path("<uuid:uid>/type/", detail.describe, name="describe"),
    path("<uuid:uid>/share/", detail.share, name="share"),
    path("<uuid:uid>/version/", uploads.new_version, name="new-version"),
    path("<uuid:uid>/read/", detail.read_again, name="read-again"),
    path("<uuid:uid>/convert/", detail.convert, name="convert"),
    path("<uuid:uid>/trash/", detail.move_to_trash, name="move-to-trash"),
    path("<uuid:uid>/restore/", detail.restore, name="restore"),
    path("<uuid:uid>/purge/", detail.purge, name="purge"),
    path("files/<uuid:uid>/", files.download, name="download"),
    path("made/<uuid:uid>/", files.rendition, name="rendition"),
]
