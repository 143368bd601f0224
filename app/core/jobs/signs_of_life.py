"""Files by which a container's health check sees that worker and beat are at work.

``healthcheck.py`` looks at their age. They lie in /tmp, in the container's memory.
"""

from pathlib import Path
from typing import Any, Final

from celery.beat import Scheduler
from celery.signals import heartbeat_sent, worker_ready

WORKER: Final = Path("/tmp/worker-alive")  # noqa: S108  # nosec B108 - the container's own
BEAT: Final = Path("/tmp/beat-alive")  # noqa: S108  # nosec B108 - the container's own


@worker_ready.connect
@heartbeat_sent.connect
def worker_is_alive(**_: object) -> None:
    """Touch the file: the worker is connected to Redis."""
    WORKER.touch()


class Beat(Scheduler):
    """Celery's scheduler without a file of its own: the rows of jobs are its memory."""

    def tick(self, *arguments: Any, **options: Any) -> float:  # noqa: ANN401 - as Celery has it
        """Send what is due, and touch the file."""
        pause: float = super().tick(*arguments, **options)
        BEAT.touch()
        return min(pause, 10.0)
