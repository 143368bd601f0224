"""Which kinds a file can be turned into; apart, so that pages need not load the converters."""

from typing import Final

TARGETS: Final[dict[str, tuple[str, ...]]] = {
    "docx": ("html", "pdf"),
    "markdown": ("html", "pdf"),
    "html": ("pdf",),
    "pdf": ("png", "text"),
    "csv": ("xlsx",),
}
