"""Structured logs: one JSON object in a line on standard output, for Docker to keep."""

import json
import sys
from datetime import UTC, datetime


def log(event: str, level: str = "info", **fields: object) -> None:
    """Write one event. Whatever is in ``fields`` must be no secret."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entry = {"time": now, "level": level, "event": event, **fields}
    print(json.dumps(entry, default=str), file=sys.stdout, flush=True)


def passed_on(line: str, job: str) -> None:
    """Write a line that a job printed: as it is when it is such an object, else wrapped in one."""
    try:
        structured = isinstance(json.loads(line), dict)
    except ValueError:
        structured = False
    if structured:
        print(line, flush=True)
    elif line.strip():
        log("output", job=job, line=line.rstrip())
