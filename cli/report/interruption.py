"""Whom a plan interrupts and for how long; estimates from the spec, with how they came about."""

from cli.report.plan import CONTAINER, Action, Model, Plan, Step
from infra.spec import Environment, Service

USUAL_STOP = 2
"""Seconds in which a server that obeys its stop signal has ended, as seen on two cores."""
CHECKS = 2
"""The health check that usually succeeds first, counted from the start."""


class Interruption(Model):
    """One service that does not answer for a while; all times in seconds, None for good."""

    service: str
    usual: int | None
    longest: int | None
    why: str
    felt_by: tuple[str, ...] = ()
    """Services that need it and go on running without it."""


def interruptions(plan: Plan, spec: Environment) -> tuple[Interruption, ...]:
    """Return the interruptions that running services would see, in the order of the plan."""
    services = {service.name: service for service in spec.services}
    moving = {step.name for step in plan.steps if step.action is Action.REPLACE}
    found: list[Interruption | None] = []
    for step in plan.steps:
        if step.type != CONTAINER:
            continue
        if step.action in (Action.DELETE, Action.FORGET):
            found.append(_end(step, spec))
        elif step.action is Action.REPLACE and step.name in services and step.delete_first:
            found.append(_pause(services[step.name], spec, moving))
    return tuple(entry for entry in found if entry is not None)


def _pause(service: Service, spec: Environment, moving: set[str]) -> Interruption | None:
    if _is_idle_slot(service, spec, moving):
        return None
    check = service.health
    return Interruption(
        service=service.name,
        usual=USUAL_STOP + CHECKS * check.interval,
        longest=service.stop_grace + check.patience,
        why=(
            f"stopped, then started again: {USUAL_STOP} s to stop (at most {service.stop_grace} s)"
            f", healthy at its check number {CHECKS} (one every {check.interval} s; given up "
            f"after {check.patience} s)"
        ),
        felt_by=dependents(service.name, spec),
    )


def _end(step: Step, spec: Environment) -> Interruption:
    return Interruption(
        service=step.name,
        usual=None,
        longest=None,
        why="removed and not started again",
        felt_by=dependents(step.name, spec),
    )


def _is_idle_slot(service: Service, spec: Environment, moving: set[str]) -> bool:
    """Tell whether nobody sends requests to this service of the application, before and after.

    That is so of the slot that stands by, and of the worker and beat: jobs wait meanwhile.
    What is replaced together with it (Caddy) may have sent them there until now.
    """
    slots = [other for other in spec.services if other.image == service.image]
    askers = {name for slot in slots for name in dependents(slot.name, spec)}
    return len(slots) > 1 and not dependents(service.name, spec) and not askers & moving


def dependents(name: str, spec: Environment) -> tuple[str, ...]:
    """Return the services that need ``name``, directly or through another."""
    needing = {name}
    for service in spec.services:  # in starting order, so one pass is enough
        if needing & set(service.after):
            needing.add(service.name)
    return tuple(s.name for s in spec.services if s.name in needing and s.name != name)
