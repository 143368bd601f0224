"""What the parent asks of the child, and what it answers: JSON on a pipe each way."""

from dataclasses import asdict, dataclass, field
from typing import Any, Final

TEXT: Final = "text"
PREVIEW: Final = "preview"
CONVERT: Final = "convert"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use."""

    memory: int = 768 * 1024**2
    """Bytes of address space."""
    cpu: int = 45
    """Seconds of processor time."""
    wall: float = 60.0
    """Seconds until it is killed."""
    file: int = 64 * 1024**2
    """Bytes of the largest file it may write."""
    text: int = 2_000_000
    """Characters of text that are kept."""
    pages: int = 2000
    """Pages of a PDF, or rows of a table in thousands, that are read."""
    previews: int = 5
    """Pages that a preview shows."""


@dataclass(frozen=True, slots=True)
class Request:
    """One task on one file."""

    task: str
    path: str
    kind: str
    folder: str = ""
    """Where made files are written; the parent made it and removes it."""
    to: str = ""
    """For ``convert``: the kind that is wanted."""
    tesseract: str = ""
    """The program that reads text in images, if there is one."""
    limits: Limits = Limits()

    def as_json(self) -> dict[str, Any]:
        """Return what is sent."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Request":
        """Return what was sent."""
        return cls(**{**values, "limits": Limits(**values["limits"])})


@dataclass(slots=True)
class Made:
    """A file that the child wrote: ``name`` in the folder, what it is, and which page."""

    name: str
    kind: str
    number: int = 1


@dataclass(slots=True)
class Answer:
    """What came out; ``error`` is a code of ``failures.MESSAGES``."""

    error: str = ""
    text: str = ""
    is_cut: bool = False
    page_count: int | None = None
    details: dict[str, str] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)
    isolation: str = ""
    """``seccomp`` when the kernel refuses sockets, ``audit`` when only Python does."""

    def as_json(self) -> dict[str, Any]:
        """Return what is sent."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Answer":
        """Return what was sent. Raises ``TypeError`` or ``KeyError`` for anything else."""
        return cls(**{**values, "made": [Made(**each) for each in values["made"]]})
