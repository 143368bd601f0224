"""Files to people: never as a page of LedgerFlow's own origin."""

import uuid
from typing import Final

from core.errors import NotFoundError
from core.requests import signed_in
from django.http import FileResponse, HttpRequest
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from documents.inspection.kinds import BY_NAME
from documents.models import Blob, RenditionKind
from documents.selectors import files as selectors
from documents.store import blob_store

SANDBOX: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
)
"""Nothing runs, nothing is loaded, and the content has an origin of its own."""
MEDIA_TYPES: Final = {
    RenditionKind.THUMBNAIL: ("image/webp", "webp"),
    RenditionKind.PAGE: ("image/webp", "webp"),
    RenditionKind.PREVIEW: ("text/html; charset=utf-8", "html"),
    RenditionKind.HTML: ("text/html; charset=utf-8", "html"),
    RenditionKind.PDF: ("application/pdf", "pdf"),
    RenditionKind.PNG: ("image/png", "png"),
    RenditionKind.TEXT: ("text/plain; charset=utf-8", "txt"),
    RenditionKind.XLSX: (BY_NAME["xlsx"].media_type, "xlsx"),
}
INLINE: Final = {RenditionKind.THUMBNAIL, RenditionKind.PAGE, RenditionKind.PREVIEW}


@require_safe
def download(request: HttpRequest, uid: uuid.UUID) -> FileResponse:
    """Send a version as it was received, to be saved."""
    version = selectors.find_version(signed_in(request), uid)
    media_type = BY_NAME[version.kind].media_type
    return _file(version.blob, media_type, version.filename, attached=True)


@require_safe
def rendition(request: HttpRequest, uid: uuid.UUID) -> FileResponse:
    """Send a made file; previews are shown, all else is to be saved."""
    made = selectors.find_rendition(signed_in(request), uid)
    kind = RenditionKind(made.kind)
    media_type, extension = MEDIA_TYPES[kind]
    stem = made.version.filename.rsplit(".", maxsplit=1)[0]
    page = f"-{made.number}" if made.number > 1 else ""
    response = _file(
        made.blob, media_type, f"{stem}{page}.{extension}", attached=kind not in INLINE
    )
    if kind in INLINE:
        response["X-Frame-Options"] = "SAMEORIGIN"
        response["Cache-Control"] = "private, max-age=3600"
    return response


def _file(blob: Blob, media_type: str, name: str, *, attached: bool) -> FileResponse:
    try:
        file = blob_store().open(blob.sha256)
    except FileNotFoundError as error:
        raise NotFoundError(
            "The file is missing from the store. Tell an administrator: a backup has it.",
            code="blob_missing",
        ) from error
    response = FileResponse(file, content_type=media_type)
    disposition = content_disposition_header(attached, name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    return response
