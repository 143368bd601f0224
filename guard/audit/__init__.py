"""The audit log: who gave which command when, what was decided by which rule, and how it ended.

One JSON object per line, each holding the hash of the one before (:mod:`guard.audit.line`), in a
folder of its own (:mod:`guard.audit.folder`). ``docs/audit-log.md`` has the format.
"""

from guard.audit.writing import append, record

__all__ = ["append", "record"]
