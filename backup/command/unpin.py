"""`ledgerflow-backup unpin`: leave a backup to retention again."""

from backup.retention.command import unpin_command as command

__all__ = ["command"]
