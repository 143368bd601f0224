"""Reading what a database holds, all of it in one snapshot."""

from backup.snapshot.reader import read_contents
from backup.snapshot.session import Source, open_snapshot

__all__ = ["Source", "open_snapshot", "read_contents"]
