"""The command by which Docker asks a container whether it serves.

Docker asks at one interval, while the container starts and for years after, and each time it makes
a process in it. At intervals that let a start go on at once, the containers of an environment at
rest kept a quarter of a core busy with being asked. So who was well the last time rests before it
is asked again. ``start_interval`` is Docker's own way, but engines before 25.0 do not know it.
"""

import shlex
from typing import Final

from infra.spec import HealthCheck

MARK: Final = "/dev/shm/ledgerflow-well"  # noqa: S108 - in the container, gone when it stops
"""Is there while the last answer was yes. Every container can write there, and has it to itself."""


def command(check: HealthCheck) -> tuple[str, ...]:
    """Return the test as Docker takes it.

    The mark goes before the question is asked: a question without an answer leaves none, and is
    asked again at the interval, as one that is answered with no.
    """
    kind, *words = check.test
    asked = shlex.join(["sh", "-c", *words] if kind == "CMD-SHELL" else words)
    return (
        "CMD-SHELL",
        f"if [ -e {MARK} ]; then sleep {check.rest}; rm -f {MARK}; fi; "
        f"if timeout {check.timeout} {asked}; then touch {MARK}; exit 0; fi; exit 1",
    )


def timeout(check: HealthCheck) -> int:
    """Return the seconds after which Docker gives up on the command: more than it ever takes."""
    return check.rest + check.timeout + 1


def go_duration(seconds: int) -> str:
    """Write whole seconds as Docker does in a health check, which is Go's way: ``1m30s`` for 90."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
