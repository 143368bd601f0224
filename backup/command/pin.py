"""`ledgerflow-backup pin`: keep a backup whatever retention says."""

from backup.retention.command import pin_command as command

__all__ = ["command"]
