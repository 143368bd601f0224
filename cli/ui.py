"""How the commands speak: one line for each step, a sign of life while a step takes long."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_SECONDS = 5.0
"""A step that takes longer says that it is still at work, and goes on saying so."""


def step(text: str) -> None:
    """Announce a step on standard error; standard output belongs to results."""
    print(f"==> {text}", file=sys.stderr, flush=True)


def detail(text: str) -> None:
    """Add a line to the step that was announced last."""
    print(f"    {text}", file=sys.stderr, flush=True)


@contextmanager
def working(text: str) -> Iterator[None]:
    """Announce a step and say every few seconds that it is still running."""
    step(text)
    done = threading.Event()
    started = time.monotonic()

    def remind() -> None:
        while not done.wait(QUIET_SECONDS):
            detail(f"still at it after {time.monotonic() - started:.0f} s")

    reminder = threading.Thread(target=remind, daemon=True)
    reminder.start()
    try:
        yield
    finally:
        done.set()
        reminder.join()


def table(rows: list[tuple[str, ...]]) -> str:
    """Return rows as aligned columns, the first row being the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    padded = ([c.ljust(w) for c, w in zip(row, widths, strict=True)] for row in rows)
    return "\n".join("  ".join(cells).rstrip() for cells in padded)
