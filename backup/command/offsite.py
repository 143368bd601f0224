"""`ledgerflow-backup offsite`: copies in an S3-compatible store."""

from backup.offsite.command import command

__all__ = ["command"]
