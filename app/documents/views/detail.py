"""The page of one document, and what is changed there."""

import uuid
from collections.abc import Callable
from typing import Any

from core.errors import InvalidInputError
from core.requests import signed_in
from core.selectors.audit import events_of
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from profiles.selectors.principals import EVERYONE

from documents.extraction.targets import TARGETS
from documents.forms import MetadataForm, ShareForm, TagsForm, TitleForm, TypeForm, VersionForm
from documents.inspection.kinds import BY_NAME
from documents.models import Document, DocumentType, RenditionKind
from documents.panels import document_panels
from documents.selectors import files
from documents.selectors.documents import find_visible, may_change
from documents.services import changing, reading, trash

EVENTS = 50
TEXT = 20_000


@require_safe
def detail(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a document: preview, versions, fields, text, activity."""
    user = signed_in(request)
    document = find_visible(user, uid)
    version = document.version
    renditions = list(files.renditions_of(version))
    text = files.text_of(version)
    tags = list(document.tags.all())
    shown = {
        "document": document,
        "version": version,
        "kind": BY_NAME[version.kind],
        "versions": files.versions_of(document),
        "pages": [each for each in renditions if each.kind == RenditionKind.PAGE],
        "preview": next((e for e in renditions if e.kind == RenditionKind.PREVIEW), None),
        "made": [each for each in renditions if each.kind in files.CONVERTED],
        "targets": TARGETS.get(version.kind, ()),
        "tags": tags,
        "text": text[:TEXT],
        "text_is_longer": len(text) > TEXT,
        "events": events_of(document.uid)[:EVENTS],
        "may_change": may_change(user, document) and document.trashed_at is None,
        "may_restore": may_change(user, document),
        "panels": document_panels.filled(user, document),
    }
    if shown["may_change"]:
        shown |= _forms(user, document, [tag.name for tag in tags])
    return render(request, "documents/detail.html", shown)


def _forms(user: User, document: Document, tags: list[str]) -> dict[str, Any]:
    schema = document.document_type.schema if document.document_type else {}
    groups = [(number - 1) // 2 for number in document.readers if number % 2]
    return {
        "title_form": TitleForm(initial={"title": document.title}),
        "tags_form": TagsForm(initial={"tags": ", ".join(tags)}),
        "type_form": TypeForm(initial={"document_type": document.document_type}),
        "metadata_form": MetadataForm(schema, initial=document.metadata),
        "version_form": VersionForm(),
        "share_form": ShareForm(
            user=user, initial={"groups": groups, "everyone": EVERYONE in document.readers}
        ),
    }


Change = Callable[[HttpRequest, User, Document], str]


def _changing(change: Change) -> Callable[[HttpRequest, uuid.UUID], HttpResponse]:
    """Return a view that changes a document and shows it again; mistakes are said on the page."""

    @require_POST
    def view(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        user = signed_in(request)
        document = find_visible(user, uid)
        try:
            done = change(request, user, document)
        except InvalidInputError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, done)
        return redirect("documents:detail", uid=uid)

    return view


def _rename(request: HttpRequest, user: User, document: Document) -> str:
    changing.rename(actor=user, document=document, title=request.POST.get("title", ""))
    return "The title is changed."


def _tag(request: HttpRequest, user: User, document: Document) -> str:
    names = request.POST.get("tags", "").split(",")
    changing.set_tags(actor=user, document=document, names=names)
    return "The tags are changed."


def _share(request: HttpRequest, user: User, document: Document) -> str:
    form = ShareForm(request.POST, user=user)
    if not form.is_valid():
        raise InvalidInputError("Choose from your own groups.")
    groups, everyone = form.cleaned_data["groups"], form.cleaned_data["everyone"]
    changing.share(actor=user, document=document, groups=groups, everyone=everyone)
    return "Who reads the document is changed."


def _describe(request: HttpRequest, user: User, document: Document) -> str:
    """A new type comes without fields: those of the form belong to the old one."""
    chosen = _chosen_type(request)
    metadata: dict[str, Any] = {}
    if chosen is not None and chosen.pk == document.document_type_id:
        form = MetadataForm(chosen.schema, request.POST)
        if not form.is_valid():
            wrong = "; ".join(f"{form.fields[k].label}: {v[0]}" for k, v in form.errors.items())
            raise InvalidInputError(f"The fields are not right. {wrong}")
        metadata = form.metadata()
    changing.describe(actor=user, document=document, document_type=chosen, metadata=metadata)
    return "Type and fields are changed."


def _chosen_type(request: HttpRequest) -> DocumentType | None:
    form = TypeForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError("There is no such type.")
    chosen: DocumentType | None = form.cleaned_data["document_type"]
    return chosen


def _read_again(request: HttpRequest, user: User, document: Document) -> str:
    changing.read_again(actor=user, document=document)
    return "The file is read again."


def _convert(request: HttpRequest, user: User, document: Document) -> str:
    reading.ask_for(actor=user, version=document.version, to=request.POST.get("to", ""))
    return "The file is being converted; it will be listed under “Other formats”."


def _trash(request: HttpRequest, user: User, document: Document) -> str:
    trash.trash(actor=user, document=document)
    return "The document is in the trash."


def _restore(request: HttpRequest, user: User, document: Document) -> str:
    trash.restore(actor=user, document=document)
    return "The document is restored."


rename = _changing(_rename)
tag = _changing(_tag)
share = _changing(_share)
describe = _changing(_describe)
read_again = _changing(_read_again)
convert = _changing(_convert)
move_to_trash = _changing(_trash)
restore = _changing(_restore)


@require_POST
def purge(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Remove a document from the trash for good."""
    user = signed_in(request)
    trash.purge(actor=user, document=find_visible(user, uid))
    messages.success(request, "The document is removed for good.")
    return redirect("documents:trash")
