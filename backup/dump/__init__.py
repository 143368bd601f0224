"""The dump: `pg_dump` in an exported snapshot, compressed, hashed as it is written."""

from backup.dump.pipeline import dump
from backup.dump.stream import Dumped, gzip_stream

__all__ = ["Dumped", "dump", "gzip_stream"]
