"""What kinds of jobs there are, and the functions that do them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.models import Job

Run = Callable[["Job"], None]
"""Does the work; raises ``LedgerFlowError`` for what a person is told, anything else is a bug."""

LONGEST_PAUSE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Handler:
    """One kind of job."""

    kind: str
    title: str
    """What people read, in the imperative: ``Read the text``."""
    run: Run
    attempts: int
    """How often at most; after that the job has failed until a person retries it."""
    time_limit: int
    """Seconds for one attempt; 15 seconds later its process is killed."""

    def pause(self, attempts: int) -> timedelta:
        """Return how long to wait after so many failed attempts: 2 s, 8 s, 32 s ... 10 min."""
        return min(timedelta(seconds=4**attempts / 2), LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A kind of job that LedgerFlow asks for by itself."""

    kind: str
    every: timedelta


_handlers: dict[str, Handler] = {}
_periodics: dict[str, Periodic] = {}


def job_handler(
    kind: str, *, title: str, attempts: int = 5, time_limit: int = 120
) -> Callable[[Run], Run]:
    """Register a function as the handler of ``kind``, ``<application>.<verb>``.

    Raises ``ValueError`` when the kind has another handler already.
    """

    def register(run: Run) -> Run:
        if kind in _handlers:
            raise ValueError(f"jobs of kind {kind} have a handler already")
        _handlers[kind] = Handler(kind, title, run, attempts, time_limit)
        return run

    return register


def periodic(
    kind: str, *, every: timedelta, title: str, attempts: int = 3, time_limit: int = 600
) -> Callable[[Run], Run]:
    """Register a handler that runs by itself, ``every`` so often, since its last row was made.

    The rows are the memory of it: a restart forgets nothing, and what was missed is made up once.
    """

    def register(run: Run) -> Run:
        job_handler(kind, title=title, attempts=attempts, time_limit=time_limit)(run)
        _periodics[kind] = Periodic(kind, every)
        return run

    return register


def find_handler(kind: str) -> Handler | None:
    """Return the handler of ``kind``; None when this version of LedgerFlow has none."""
    return _handlers.get(kind)


def handlers() -> Mapping[str, Handler]:
    """Return all handlers by kind."""
    return dict(_handlers)


def periodics() -> tuple[Periodic, ...]:
    """Return what runs by itself."""
    return tuple(_periodics.values())


def title_of(kind: str) -> str:
    """Return what people read for ``kind``."""
    handler = find_handler(kind)
    return handler.title if handler else kind
