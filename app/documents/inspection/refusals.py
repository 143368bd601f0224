"""Why a file is not taken: stable codes, each with a sentence for people."""

from typing import Final

from core.errors import UnsupportedTypeError

from documents.inspection.kinds import TAKEN

MESSAGES: Final = {
    "executable": "This is a program. Programs are not taken.",
    "double_extension": "The name hides what the file is. Rename it and send it again.",
    "type_mismatch": "The content is not what the name or the sender says. Check the file.",
    "unknown_type": f"Files of this type are not taken. Taken are: {TAKEN}.",
    "old_office": "Old or encrypted Office files are not taken. Save it as .docx, .xlsx or PDF.",
    "archive": "Archives are not taken. Unpack it and send the files.",
    "polyglot": "The file is of two types at once. Save it anew from the program it is from.",
    "broken_archive": "The file is broken or cut off. Save it again and send it anew.",
    "too_many_entries": "The file consists of too many parts. Save it anew or as PDF.",
    "zip_bomb": "The file unpacks to far more than it should. It is not taken.",
    "nested_archive": "The file holds an archive. Take it out and send the file again.",
    "unsafe_path": "The file has parts with paths that lead outside. It is not taken.",
    "macro": "The file holds macros. Save it without them.",
    "entity_bomb": "The file defines XML entities. That is not taken.",
    "pixel_bomb": "The image has more than 100 million pixels. Send a smaller one.",
    "broken_image": "The image is broken. Save it again and send it anew.",
}


def refusal(code: str, *, found: str = "") -> UnsupportedTypeError:
    """Return the error for ``code``; ``found`` names what the content looks like."""
    message = MESSAGES[code]
    if found:
        message = f"{message} It looks like {found}."
    return UnsupportedTypeError(message, code=code)
