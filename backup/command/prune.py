"""`ledgerflow-backup prune`: remove what newer proven backups make redundant."""

from backup.retention.command import prune_command as command

__all__ = ["command"]
