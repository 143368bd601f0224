"""`ledgerflow-backup synced`: which backups a sync program has uploaded."""

from backup.synced.command import command

__all__ = ["command"]
