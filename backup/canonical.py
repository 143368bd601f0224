"""Sealed JSON: one text for one content, and a seal that any changed byte breaks.

The canonical text has sorted keys, one-space indentation, no trailing blanks, UTF-8 and a newline
at its end. The field `seal` is the SHA-256 of the canonical text without that field. A reader
serializes what it understood and insists on the very bytes it was given, so that a changed
byte is found wherever it is: in a value, in white space, in a key written twice.
"""

import hashlib
import json
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from backup.errors import DamageError

SEAL = "seal"


class Model(BaseModel):
    """A part of a sealed document."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


class Grown(Model):
    """A part with fields that earlier releases did not know.

    Those in `LATER` are written only where they say something. So a document of an earlier release
    is still, byte for byte, what its content would be written as, and its seal holds.
    """

    LATER: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _as_earlier(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = serialize(self)
        return {name: value for name, value in content.items() if value or name not in self.LATER}


class Sealed(Model):
    """A document with a seal."""

    def document(self) -> bytes:
        """Return the canonical text with its seal, as it is written to disk."""
        content = self.model_dump(mode="json")
        return _text({**content, SEAL: _seal(content)})

    @property
    def sha256(self) -> str:
        """The hexadecimal SHA-256 of the document, by which others refer to it."""
        return hashlib.sha256(self.document()).hexdigest()

    @classmethod
    def read(cls, document: bytes, name: str) -> Self:
        """Understand a document; `name` is its file, for the message.

        Raises `DamageError` when it is not, byte for byte, what `document` would write.
        """
        remedy = "restore the file from a copy, or remove the backup and make a new one"
        try:
            content = json.loads(document)
            seal = content.pop(SEAL)
            read = cls.model_validate(content)
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
            raise DamageError(f"{name} cannot be read: {_words(error)}", remedy) from error
        if seal != _seal(read.model_dump(mode="json")):
            raise DamageError(f"{name} was changed: its seal does not match", remedy)
        if read.document() != document:
            raise DamageError(f"{name} was changed: it is not written as LedgerFlow does", remedy)
        return read


def _text(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def _seal(content: dict[str, Any]) -> str:
    return hashlib.sha256(_text(content)).hexdigest()


def _words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        return f"{place}: {first['msg']}"
    return "it has no seal" if isinstance(error, KeyError) else str(error)[:200]
