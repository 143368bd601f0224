"""Names of the volumes that the recreation of a protected volume makes beside it.

Pure Python, beside :mod:`infra.conventions`: the program reads them as well, to start nothing on a
volume whose recreation was interrupted.
"""

from datetime import datetime
from typing import Final

from infra.conventions import LABEL_PREFIX

LABEL_KEPT: Final = f"{LABEL_PREFIX}.kept"
"""On a volume that holds what a recreated volume held before; nothing of ours ever deletes it."""
KEPT: Final = "true"
LABEL_OF: Final = f"{LABEL_PREFIX}.of"
"""On every volume made by a recreation: the name of the volume that is recreated."""

LABEL_PHASE: Final = f"{LABEL_PREFIX}.recreation.phase"
KEEPING: Final = "keeping"
"""The old volume is whole; a copy of it is being made."""
REBUILDING: Final = "rebuilding"
"""The volume holds nothing that is only there, and may be incomplete: nothing may run on it."""
LABEL_SOURCE: Final = f"{LABEL_PREFIX}.recreation.source"
"""The volume that is whole: the kept one or the staged one while rebuilding."""
LABEL_KEPT_AS: Final = f"{LABEL_PREFIX}.recreation.kept"
"""The copy of the old volume, empty when there was none."""


def kept_name(volume: str, moment: datetime) -> str:
    """Return ``<volume>_kept_<YYYYMMDD_HHMMSS>``, the moment in UTC."""
    return f"{volume}_kept_{moment:%Y%m%d_%H%M%S}"


def staged_name(volume: str) -> str:
    """Return the name of the volume in which a source is made ready and verified first."""
    return f"{volume}_staged"


def journal_name(volume: str) -> str:
    """Return the name of the empty volume that says, by its labels, what is going on."""
    return f"{volume}_recreating"
