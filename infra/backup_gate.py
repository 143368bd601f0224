"""The question that stands before every destructive step: is there a fresh, proven backup?"""

from dataclasses import dataclass


@dataclass(frozen=True)
class BackupStatus:
    """The answer: ``verified`` and, for people, the reason."""

    verified: bool
    reason: str


def backup_status(environment: str) -> BackupStatus:
    """Tell whether ``environment`` has a verified backup.

    LedgerFlow has no backup catalog yet, and what was not proved by restoring it does not count;
    so the answer is always no.
    """
    return BackupStatus(verified=False, reason=f"no verified backup of {environment} exists")
