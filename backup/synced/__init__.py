"""Synced folders: whether a backup that was written there has been uploaded as well.

A file in a synced folder is on this disk only until its program has uploaded it, and later may be
in the cloud only. The check runs on the machine whose sync program it is, not in a container.
"""

from backup.synced.check import check
from backup.synced.model import FileState, State

__all__ = ["FileState", "State", "check"]
