"""Models; each has a module of its own."""

from documents.models.blob import Blob, BlobState
from documents.models.document import Document
from documents.models.document_type import DocumentType
from documents.models.reading import Reading, ReadingState, VersionText
from documents.models.rendition import Rendition, RenditionKind
from documents.models.tag import Tag
from documents.models.version import Version

__all__ = [
    "Blob",
    "BlobState",
    "Document",
    "DocumentType",
    "Reading",
    "ReadingState",
    "Rendition",
    "RenditionKind",
    "Tag",
    "Version",
    "VersionText",
]
