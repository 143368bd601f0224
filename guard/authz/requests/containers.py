"""Requests about containers, as effects."""

from typing import Final

from guard import effects
from guard.authz.requests import creation
from guard.authz.requests.asked import Asked
from guard.authz.requests.filters import prune_filters
from guard.authz.requests.unreadable import UnreadableError
from guard.effects import Effect
from guard.grammar.values import is_gentle, is_no_grace

START_WITHOUT_BODY: Final = (1, 24)
"""Before this version of the API, starting a container could give it other mounts."""


def attached(asked: Asked) -> tuple[Effect, ...]:
    """``attach``: with standard input, something is typed into the first process."""
    if not asked.target.yes("stdin"):
        return (effects.Look(),)
    return (effects.Execute(asked.name),)


def created(asked: Asked) -> tuple[Effect, ...]:
    """``create``; ``name`` is in the query."""
    body = asked.structure("the container's description")
    return (creation.container(body, asked.target.text("name")),)


def started(asked: Asked) -> tuple[Effect, ...]:
    """``start``."""
    version = asked.target.version
    if version is not None and version < START_WITHOUT_BODY:
        raise UnreadableError("starting by an API before 1.24 may bring mounts in an unseen body")
    return (effects.StartContainer(asked.name),)


def stopped(asked: Asked) -> tuple[Effect, ...]:
    """``stop``, after a grace of ``t`` seconds."""
    gentle = is_gentle(asked.target.text("signal") or "TERM")
    return (_ended(asked.name, gentle=gentle and not is_no_grace(asked.target.text("t"))),)


def restarted(asked: Asked) -> tuple[Effect, ...]:
    """``restart``, after a grace of ``t`` seconds."""
    return *stopped(asked), effects.StartContainer(asked.name)


def killed(asked: Asked) -> tuple[Effect, ...]:
    """``kill`` with a signal, SIGKILL when none is named."""
    return (_ended(asked.name, gentle=is_gentle(asked.target.text("signal") or "KILL")),)


def _ended(container: str, *, gentle: bool) -> Effect:
    return effects.StopContainer(container) if gentle else effects.KillContainer(container)


def paused(asked: Asked) -> tuple[Effect, ...]:
    """``pause``."""
    return (effects.StopContainer(asked.name),)


def checkpointed(asked: Asked) -> tuple[Effect, ...]:
    """A checkpoint ends the container unless the body says otherwise."""
    return (effects.KillContainer(asked.name),)


def removed(asked: Asked) -> tuple[Effect, ...]:
    """``DELETE``; with ``link`` a link goes and not the container."""
    if asked.target.yes("link") and asked.target.text("link"):
        return (effects.ChangeContainer(asked.name, "update"),)
    volumes, force = asked.target.yes("v"), asked.target.yes("force")
    return (effects.RemoveContainer(asked.name, volumes=volumes, force=force),)


def renamed(asked: Asked) -> tuple[Effect, ...]:
    """``rename``."""
    new = asked.target.text("name").removeprefix("/")
    return (effects.ChangeContainer(asked.name, "rename", new),)


def unpaused(asked: Asked) -> tuple[Effect, ...]:
    """``unpause``."""
    return (effects.StartContainer(asked.name),)


def updated(asked: Asked) -> tuple[Effect, ...]:
    """Limits and restart policy."""
    return (effects.ChangeContainer(asked.name, "update"),)


def executed(asked: Asked) -> tuple[Effect, ...]:
    """A process to be: its start comes later and is not judged again."""
    body = asked.structure("the command")
    return (
        effects.Execute(
            asked.name,
            body.words("Cmd"),
            privileged=body.yes("Privileged"),
            user=body.text("User"),
            folder=body.text("WorkingDir"),
        ),
    )


def copied(asked: Asked) -> tuple[Effect, ...]:
    """``PUT archive``; a relative path is meant from the root."""
    path = asked.target.text("path")
    return (effects.CopyInto(asked.name, path if path.startswith("/") else f"/{path}"),)


def pruned(asked: Asked) -> tuple[Effect, ...]:
    """``prune``."""
    return (effects.PruneContainers(prune_filters(asked.target)),)
