"""Waiting for a container that was started: running, and healthy where asked for."""

import time
from typing import TYPE_CHECKING

from airgap.plugins.resource import Call
from airgap.plugins.values import Properties

if TYPE_CHECKING:
    from docker import APIClient

FIRST_POLL_SECONDS = 0.05
SLOWEST_POLL_SECONDS = 0.5
LOG_LINES = 20
HEALTH_OUTPUT_CHARACTERS = 600


def trouble(client: "APIClient", call: Call, container: str, inputs: Properties) -> str | None:
    """Wait until the container is as the inputs want it; why it is not, or None.

    Unlike the official plugin it does not sit out the time limit when the health check has already
    failed for good, or when the container has ended.
    """
    if not inputs.get("start", True):
        return None
    if inputs.get("wait"):
        return _not_healthy(client, call, container, inputs.get("waitTimeout") or 60)
    state = client.inspect_container(container)["State"]
    if inputs.get("mustRun", True) and not state["Running"]:
        return _ended(client, container, state)
    return None


def _not_healthy(client: "APIClient", call: Call, container: str, limit: int) -> str | None:
    deadline = time.monotonic() + limit
    pause = FIRST_POLL_SECONDS
    while True:
        state = client.inspect_container(container)["State"]
        health = (state.get("Health") or {}).get("Status")
        if health == "healthy":
            return None
        problem = _hopeless(client, container, state)
        if problem:
            return problem
        if time.monotonic() >= deadline:
            return (
                f"the container was not healthy after {limit} s (waitTimeout): it is "
                f"'{health}'{_last_check(state)}{_last_lines(client, container)}"
            )
        if call.cancelled.wait(pause):
            return "interrupted while waiting for the container's health; run `pulumi up` again"
        pause = min(pause * 1.5, SLOWEST_POLL_SECONDS)


def _hopeless(client: "APIClient", container: str, state: Properties) -> str | None:
    """Why waiting longer will not help."""
    if not state["Running"] or state.get("Restarting"):
        return _ended(client, container, state)
    health = state.get("Health")
    if not health:
        return (
            "`wait` is set, but neither the container nor its image has a health check; "
            "add `healthcheck` or remove `wait`"
        )
    if health["Status"] == "unhealthy":
        return f"the container is unhealthy{_last_check(state)}{_last_lines(client, container)}"
    return None


def _ended(client: "APIClient", container: str, state: Properties) -> str:
    reason = f" ({state['Error']})" if state.get("Error") else ""
    killed = ", out of memory" if state.get("OOMKilled") else ""
    return (
        f"the container ended with exit code {state['ExitCode']}{killed}{reason}"
        f"{_last_lines(client, container)}"
    )


def _last_check(state: Properties) -> str:
    """What the last health check printed."""
    checks = (state.get("Health") or {}).get("Log") or []
    if not checks:
        return ""
    output = checks[-1].get("Output", "").strip()[-HEALTH_OUTPUT_CHARACTERS:]
    code = checks[-1].get("ExitCode")
    return f"; its last health check ended with {code} and said: {output or '(nothing)'}"


def _last_lines(client: "APIClient", container: str) -> str:
    from docker.errors import APIError  # noqa: PLC0415

    try:
        text = client.logs(container, tail=LOG_LINES).decode(errors="replace").strip()
    except APIError:
        return ""  # a log driver that cannot be read
    return f"\nits last log lines:\n{text}" if text else "; it logged nothing"
