"""The lock file of images: what each reference of the settings stands for, in locked environments.

A tag moves, a digest does not. For each reference the file holds the digest that a registry gave,
or the recipe of the stand-in that takes the reference's place on machines without a registry, or
both. A stand-in is told by its recipe, because its image id differs from machine to machine.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from infra import conventions

FILE: Final = "images.lock.json"
REFRESH: Final = "make images-lock"
LABEL_RECIPE: Final = f"{conventions.LABEL_PREFIX}.image.recipe"
"""Label of a stand-in: hash of its recipe together with what it took from its machine."""
LABEL_PORTABLE_RECIPE: Final = f"{LABEL_RECIPE}.portable"
"""Label of a stand-in: hash of its recipe alone, equal on every machine; the lock holds this."""

_PINNED = re.compile(r"(?P<name>.+)@(?P<digest>sha256:[0-9a-f]{64})")
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Recipe = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ImageLockError(ValueError):
    """Images are not what the lock file says; the message names both and what to do."""


@dataclass(frozen=True)
class ImageIdentity:
    """What the daemon's image of a reference is."""

    digests: tuple[str, ...]
    """Repository digests (``postgres@sha256:…``) under which registries gave it."""
    origin: str | None
    """What a stand-in was made from; None for an image of a registry."""
    recipe: str | None
    """Hash of a stand-in's recipe, the same on every machine."""


class LockEntry(BaseModel):
    """What one reference stands for; at least one of both is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str = Field(min_length=1)
    digest: Digest | None
    stand_in_recipe: Recipe | None

    @property
    def identity(self) -> str:
        """The entry as one text, for the names of what is built on this image."""
        return f"{self.reference} {self.digest} {self.stand_in_recipe}"

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.digest is None and self.stand_in_recipe is None:
            raise ValueError(f"{self.reference} has neither a digest nor a stand-in's recipe")
        return self


ImagesLock = Mapping[str, LockEntry]
"""The entries of the lock file by reference."""
_ENTRIES = TypeAdapter(tuple[LockEntry, ...])


def parse_lock(text: str) -> ImagesLock:
    """Return the entries of a lock file; raise ImageLockError naming what is wrong in it."""
    try:
        entries = _ENTRIES.validate_python(json.loads(text))
    except json.JSONDecodeError as error:
        raise ImageLockError(_unusable(f"it is not JSON: {error}")) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ImageLockError(_unusable(f"{place}: {first['msg']}")) from None
    lock = {entry.reference: entry for entry in entries}
    if len(lock) != len(entries):
        raise ImageLockError(_unusable("a reference stands in it twice"))
    return lock


def read_lock(repository: Path) -> ImagesLock:
    """Return the lock of the repository at this path; raise ImageLockError without a usable one."""
    path = repository / FILE
    if not path.is_file():
        raise ImageLockError(f"there is no {FILE}, and this environment is locked. {_remedy()}")
    return parse_lock(path.read_text(encoding="utf-8"))


def lock_text(lock: ImagesLock) -> str:
    """Return the lock as the text of its file: sorted, so that a change shows as one line."""
    entries = [lock[reference].model_dump() for reference in sorted(lock)]
    return json.dumps(entries, indent=2) + "\n"


def entry_of(reference: str, lock: ImagesLock) -> LockEntry:
    """Return the entry of ``reference``; raise ImageLockError when it has none."""
    if reference not in lock:
        known = ", ".join(sorted(lock)) or "no image at all"
        raise ImageLockError(f"image {reference} is not in {FILE}, which knows {known}")
    return lock[reference]


def promised(reference: str, lock: ImagesLock) -> str:
    """Return what ``reference`` will be taken as, when its image cannot be looked at yet.

    For previews: only the entry's presence is checked. Raises ImageLockError.
    """
    entry = entry_of(reference, lock)
    return with_digest(reference, entry.digest) if entry.digest else reference


def locked(reference: str, lock: ImagesLock, identity: ImageIdentity | None) -> str:
    """Return the reference to take for ``reference`` once its image was held against the lock.

    ``identity`` is what the daemon has under the reference, None when it has nothing. An image of
    a registry is taken by digest, so a wrong or missing one is pulled anew; a stand-in must be of
    the locked recipe. Raises ImageLockError.
    """
    entry = entry_of(reference, lock)
    if identity is not None and identity.origin is not None:
        return _stand_in(reference, entry, identity)
    if entry.digest is not None:
        return with_digest(reference, entry.digest)
    raise ImageLockError(
        f"image {reference} is {_what_it_is(identity)}; {FILE} knows no digest of it, only the "
        f"stand-in of recipe {_short(entry.stand_in_recipe)}"
    )


def with_digest(reference: str, digest: str) -> str:
    """Return ``name:tag@sha256:…``; raise ImageLockError when it names another digest already."""
    pinned = _PINNED.fullmatch(reference)
    if pinned is None:
        return f"{reference}@{digest}"
    if pinned["digest"] != digest:
        raise ImageLockError(f"image {reference} names a digest; {FILE} has {digest} for it")
    return reference


def _stand_in(reference: str, entry: LockEntry, identity: ImageIdentity) -> str:
    if entry.stand_in_recipe is not None and identity.recipe == entry.stand_in_recipe:
        return reference
    wanted = (
        f"the stand-in of recipe {_short(entry.stand_in_recipe)}"
        if entry.stand_in_recipe is not None
        else f"{entry.digest} and no stand-in"
    )
    raise ImageLockError(f"image {reference} is {_what_it_is(identity)}; {FILE} has {wanted}")


def _what_it_is(identity: ImageIdentity | None) -> str:
    if identity is None:
        return "not on this Docker engine"
    if identity.origin is not None:
        return f"a stand-in of recipe {_short(identity.recipe)} ({identity.origin})"
    return f"an image of a registry ({', '.join(identity.digests) or 'without a digest'})"


def _short(recipe: str | None) -> str:
    return f"{recipe[:12]}…" if recipe else "unknown"


def _unusable(reason: str) -> str:
    return f"{FILE} cannot be used: {reason}. {_remedy()}"


def _remedy() -> str:
    return f"`{REFRESH}` writes it; look at what changed, and commit it."
