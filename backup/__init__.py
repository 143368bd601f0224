"""Backups that are proved by restoring them, and the restores."""
