"""`ledgerflow-backup reencrypt`: encrypt old backups to new recipients."""

from backup.encryption.command import command

__all__ = ["command"]
