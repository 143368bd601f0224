"""What can go wrong with a backup, in words for a person and in codes for a program.

Every error says in one line what happened and in one line what to do. `code` is stable: it stands
in `--json` answers, in logs and in metrics. The exit codes are those of every LedgerFlow command
(docs/operations.md): 0 done, 1 an error that the message explains, 2 a backup is not what it
should be, 3 a defect of LedgerFlow, 130 interrupted; and 75, "try again later", when another run
holds the lock.
"""

from typing import ClassVar

EXIT_ERROR = 1
EXIT_DAMAGE = 2
EXIT_DEFECT = 3
EXIT_BUSY = 75
"""EX_TEMPFAIL of <sysexits.h>."""
EXIT_INTERRUPTED = 130


class BackupError(Exception):
    """Something a person can put right: one line of what happened, one of what to do."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = EXIT_ERROR

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


class SettingsError(BackupError):
    """The configuration does not make sense."""

    code = "settings"


class BusyError(BackupError):
    """Another run holds the lock of this environment's archive."""

    code = "busy"
    exit_code = EXIT_BUSY


class SourceError(BackupError):
    """The database cannot be reached or read."""

    code = "source"


class DumpError(BackupError):
    """A program of the dump's pipeline failed; the message carries that program's words."""

    code = "dump"


class ArchiveError(BackupError):
    """The archive's folder cannot be read or written: disk full, read-only, gone."""

    code = "archive"


class NotFoundError(BackupError):
    """No backup of that name is in the archive."""

    code = "not-found"


class DamageError(BackupError):
    """A file of a backup is not what was written, or is missing."""

    code = "damage"
    exit_code = EXIT_DAMAGE


class ProofError(BackupError):
    """The backup was restored, and what came out is not what the manifest says."""

    code = "proof"
    exit_code = EXIT_DAMAGE


class ScratchError(BackupError):
    """The scratch server for a proof or a restore cannot run here."""

    code = "scratch"


class EncryptionError(BackupError):
    """A key is missing, wrong, or no key at all."""

    code = "encryption"


class OffsiteError(BackupError):
    """The off-site store does not answer, refuses, or holds something else."""

    code = "offsite"


class RestoreError(BackupError):
    """A restore stopped; unless its remedy names `restore --resume`, nothing was changed."""

    code = "restore"


class RetentionError(BackupError):
    """Nothing was removed, because removing could not be shown to be safe."""

    code = "retention"
