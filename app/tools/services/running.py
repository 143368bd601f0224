"""Runs a tool: the one way, for pages and for tools that use others."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from config import context
from core.errors import (
    InvalidInputError,
    LedgerFlowError,
    PermissionDeniedError,
    RateLimitedError,
)
from core.limits import Full, Limit, take
from django.contrib.auth.models import User
from django.db import DatabaseError

from tools import answers, breaker, effective, registry
from tools.failures import (
    BreakerOpenError,
    DisabledError,
    NotRegisteredError,
    UpstreamError,
    UpstreamTimeoutError,
)
from tools.interface import Answer, Call
from tools.models import RunState, Tool, ToolRun
from tools.redaction import redacted
from tools.selectors.tools import may_run, row_of

logger = logging.getLogger(__name__)

DEEPEST: Final = 3
"""Tools that use tools that use tools; more is a mistake in the program."""


@dataclass(slots=True)
class _Course:
    """A run: what was asked, and what it has come to, for its row in the log."""

    actor: User
    path: str
    given: Mapping[str, Any]
    deadline: float | None
    depth: int
    began: float
    row: Tool | None = None
    from_cache: bool = False


def run(
    actor: User, tool_path: str, parameters: Mapping[str, Any], *, deadline: float | None = None
) -> Answer:
    """Return what the tool answers ``actor``.

    In this order: the tool is registered and switched on, the person may run it, the parameters
    fit, the rate, the cache, the breaker of the service that the tool asks, the tool itself. A row
    of ``ToolRun`` tells of it however it ends, so this is not called inside a transaction that
    could be undone. ``deadline`` on ``time.monotonic`` shortens the tool's own time.

    Raises ``NotRegisteredError``, ``DisabledError``, ``PermissionDeniedError``,
    ``InvalidInputError`` with ``fields``, ``RateLimitedError`` and ``BreakerOpenError`` with
    ``retry_after``, ``UpstreamError`` and its subclasses. Redis that is away raises nothing: see
    ``core.limits``, ``tools.breaker`` and ``tools.answers``.
    """
    return _run(_Course(actor, tool_path, parameters, deadline, 1, time.monotonic()))


def _run(course: _Course) -> Answer:
    try:
        answer = _answer(course)
    except Exception as error:
        code = error.error_code if isinstance(error, LedgerFlowError) else LedgerFlowError.code
        _note(course, error_code=code)
        raise
    _note(course, results=len(answer.items))
    return answer


def _answer(course: _Course) -> Answer:
    definition = registry.find(course.path)
    row = course.row = row_of(course.path)
    if definition is None or course.depth > DEEPEST:
        raise NotRegisteredError
    if row is None or not row.is_on:
        raise DisabledError
    if not may_run(definition, row, course.actor):
        raise PermissionDeniedError
    _refuse_drift(definition, row)
    parameters = effective.parameters(definition, row, course.given)
    limits = effective.limits(definition, row)
    _respect_rate(course, limits.rate)
    key = answers.key(definition, parameters)
    if limits.cache and (found := answers.kept(key)) is not None:
        course.from_cache = True
        return found
    ends = min(time.monotonic() + limits.time_out, course.deadline or float("inf"))

    def call_tool(path: str, given: Mapping[str, Any]) -> Answer:
        return _run(_Course(course.actor, path, given, ends, course.depth + 1, time.monotonic()))

    answer = _guarded(definition, Call(parameters, ends, call_tool))
    if limits.cache:
        answers.keep(key, answer, limits.cache)
    return answer


def _refuse_drift(definition: registry.Definition, row: Tool) -> None:
    """Refuse a row whose pinned parameters no longer fit the code; no person could run it."""
    if row.signature == definition.signature:
        return
    try:
        effective.check_row(definition, row)
    except InvalidInputError as error:
        raise DisabledError(
            "The parameters of this tool changed, and what is pinned does not fit them any more. "
            "An administrator can set it right."
        ) from error


def _respect_rate(course: _Course, rate: int) -> None:
    place = take(f"tool:{course.path}:{course.actor.pk}", Limit(rate, 60))
    if isinstance(place, Full):
        raise RateLimitedError(
            f"You ran this tool {rate} times within a minute, which is the limit. "
            f"Wait {place.retry_after} seconds.",
            details={"retry_after": place.retry_after},
        )


def _guarded(definition: registry.Definition, call: Call) -> Answer:
    """Run the tool, with the breaker of the service that it asks."""
    if not call.seconds_left():
        raise UpstreamTimeoutError("There was no time left for this. Try again in a minute.")
    name = definition.upstream
    if name and (wait := breaker.seconds_to_wait(name)):
        raise BreakerOpenError(
            f"{definition.title} failed {breaker.FAILURES} times in a row, so the service behind "
            f"it is left alone. Try again in {wait} seconds.",
            details={"retry_after": wait},
        )
    try:
        answer = definition.function(call)
    except UpstreamError:
        if name:
            breaker.failed(name)
        raise
    if name:
        breaker.succeeded(name)
    return answer


def _note(course: _Course, *, error_code: str = "", results: int = 0) -> None:
    """Write the row of a run. A database that is away must not hide how the run ended."""
    try:
        ToolRun.objects.create(
            tool=course.row,
            path=course.path[:200],
            user=course.actor,
            request_id=context.request_id.get() or "",
            parameters=redacted(course.given),
            state=RunState.FAILED if error_code else RunState.DONE,
            error_code=error_code,
            from_cache=course.from_cache,
            duration_ms=round((time.monotonic() - course.began) * 1000),
            result_count=results,
        )
    except DatabaseError:
        logger.exception("a run of %s is not in the log of runs", course.path)
