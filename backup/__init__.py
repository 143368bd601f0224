"""Backups that are proved by restoring them, and the restores."""

from typing import Final

VERSION: Final = "0.1.0"
"""LedgerFlow's, as in pyproject.toml; the backup's image has no package of that name."""
