"""A request to the daemon -> the effects that it would have.

The table follows moby's routers (``api/server/router/*``). A path that is not in it, with a method
that may change something, is Unknown. Method, path and query decide what is done; a body adds what
they cannot say (mounts, a command), and where it is needed and cannot be read, the request is
refused.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from guard import effects
from guard.authz import creation
from guard.authz.filters import every_image, every_volume, prune_filters
from guard.authz.go_json import Fields, read_structure
from guard.authz.signals import signalled, stopped
from guard.authz.target import Target, read_target
from guard.authz.unreadable import UnreadableError
from guard.effects import Effect, Look

LOOKING: Final = frozenset(("GET", "HEAD", "OPTIONS"))
ATTACH: Final = "attach"
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
"""Bodies whose fields the daemon takes for the query's, and does not show to the plugin."""
STREAMS: Final = re.compile(
    r"/build|/images/(?:load|create)|/auth|/session|/grpc|/commit|"
    r"/containers/.*/(?:archive|attach)|/exec/.*/start"
)
"""Paths that take more than JSON below 1 MiB, and on which nothing harmful hangs on the query."""
START_WITHOUT_BODY: Final = (1, 24)
"""Before this version of the API, starting a container could give it other mounts."""


@dataclass(frozen=True)
class Request:
    """A request as the daemon tells the plugin of it."""

    method: str
    uri: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    """Of the client's certificate; empty on the Unix socket."""


@dataclass(frozen=True)
class _Asked:
    """A request on its way through the table; ``name`` is the object in its path."""

    target: Target
    name: str
    body: bytes | None

    def structure(self, what: str) -> Fields:
        return read_structure(self.body, what)


def read(request: Request) -> tuple[Effect, ...]:
    """Return what the request would do; raise UnreadableError when that cannot be told."""
    path = request.uri.partition("?")[0]
    if request.method in LOOKING and ATTACH not in path and "%" not in path:
        return (Look(),)
    target = read_target(request.uri)
    if request.method in LOOKING:
        return _looked(target)
    _refuse_forms(request, target.path)
    method = request.method.upper()
    for known, pattern, effect in ROUTES:
        found = pattern.fullmatch(target.path) if known == method else None
        if found:
            name = found[1] if pattern.groups else ""
            return effect(_Asked(target, name, request.body))
    named = tuple(word for word in target.path.split("/") if word)
    return (effects.Unknown(f"{request.method} {target.path}", named),)


def _looked(target: Target) -> tuple[Effect, ...]:
    """A web socket reads, and may type into the container's first process."""
    found = re.fullmatch(r"/containers/(.*)/attach/ws", target.path)
    return _attached(_Asked(target, found[1], None)) if found else (Look(),)


def _refuse_forms(request: Request, path: str) -> None:
    """Refuse a body whose fields the daemon would take for the query's, or may take.

    Of several headers of one name the daemon obeys the first and shows the plugin the last, so
    that a body of a named type that was not shown may be a form, except where one is awaited.
    """
    headers = {name.lower(): value.strip().lower() for name, value in request.headers.items()}
    kind = headers.get("content-type", "")
    unseen = bool(kind) and not request.body and headers.get("content-length") != "0"
    if kind.startswith(FORMS) or (unseen and not STREAMS.fullmatch(path)):
        raise UnreadableError("the request has a body of which the daemon shows nothing")


def _look(_: _Asked) -> tuple[Effect, ...]:
    return (Look(),)


def _attached(asked: _Asked) -> tuple[Effect, ...]:
    if not asked.target.yes("stdin"):
        return (Look(),)
    return (effects.Execute(asked.name),)


def _created(asked: _Asked) -> tuple[Effect, ...]:
    body = asked.structure("the container's description")
    return (creation.container(body, asked.target.text("name")),)


def _started(asked: _Asked) -> tuple[Effect, ...]:
    version = asked.target.version
    if version is not None and version < START_WITHOUT_BODY:
        raise UnreadableError("starting by an API before 1.24 may bring mounts in an unseen body")
    return (effects.StartContainer(asked.name),)


def _stopped(asked: _Asked) -> tuple[Effect, ...]:
    return (stopped(asked.name, asked.target.text("t"), asked.target.text("signal")),)


def _killed(asked: _Asked) -> tuple[Effect, ...]:
    return (signalled(asked.name, asked.target.text("signal"), "KILL"),)


def _paused(asked: _Asked) -> tuple[Effect, ...]:
    return (effects.StopContainer(asked.name),)


def _checkpointed(asked: _Asked) -> tuple[Effect, ...]:
    return (effects.KillContainer(asked.name),)


def _removed(asked: _Asked) -> tuple[Effect, ...]:
    volumes, force = asked.target.yes("v"), asked.target.yes("force")
    return (effects.RemoveContainer(asked.name, volumes=volumes, force=force),)


def _renamed(asked: _Asked) -> tuple[Effect, ...]:
    """The new name counts as that of a new container: it may be one of LedgerFlow's own."""
    new = asked.target.text("name").removeprefix("/")
    return effects.ChangeContainer(asked.name, "rename"), effects.CreateContainer(new)


def _updated(asked: _Asked) -> tuple[Effect, ...]:
    return (effects.ChangeContainer(asked.name, "update"),)


def _executed(asked: _Asked) -> tuple[Effect, ...]:
    body = asked.structure("the command")
    return (
        effects.Execute(asked.name, body.words("Cmd"), body.yes("Privileged"), body.text("User")),
    )


def _copied(asked: _Asked) -> tuple[Effect, ...]:
    path = asked.target.text("path")
    return (effects.CopyInto(asked.name, path if path.startswith("/") else f"/{path}"),)


def _containers_pruned(asked: _Asked) -> tuple[Effect, ...]:
    return (effects.PruneContainers(prune_filters(asked.target)),)


def _volume_created(asked: _Asked) -> tuple[Effect, ...]:
    return creation.volume(asked.structure("the volume's description"))


def _volume_removed(asked: _Asked) -> tuple[Effect, ...]:
    return (effects.RemoveVolume(asked.name, asked.target.yes("force")),)


def _volumes_pruned(asked: _Asked) -> tuple[Effect, ...]:
    filters = prune_filters(asked.target)
    every = every_volume(asked.target, filters)
    return (effects.PruneVolumes(every, tuple(pair for pair in filters if pair[0] != "all")),)


def _image_removed(asked: _Asked) -> tuple[Effect, ...]:
    return (effects.RemoveImage(asked.name, asked.target.yes("force")),)


def _images_pruned(asked: _Asked) -> tuple[Effect, ...]:
    filters = prune_filters(asked.target)
    kept = tuple(pair for pair in filters if pair[0] != "dangling")
    return (effects.PruneImages(every_image(filters), kept),)


def _network_removed(asked: _Asked) -> tuple[Effect, ...]:
    return (effects.RemoveNetwork(asked.name),)


def _networks_pruned(asked: _Asked) -> tuple[Effect, ...]:
    return (effects.PruneNetworks(prune_filters(asked.target)),)


def _network_joined(asked: _Asked) -> tuple[Effect, ...]:
    container = asked.structure("what to connect").text("Container")
    return (effects.ChangeNetwork(asked.name, container, connect=True),)


def _network_left(asked: _Asked) -> tuple[Effect, ...]:
    container = asked.structure("what to disconnect").text("Container")
    return (effects.ChangeNetwork(asked.name, container, connect=False),)


def _plugin(change: str) -> Callable[[_Asked], tuple[Effect, ...]]:
    return lambda asked: (effects.ChangePlugin(asked.name or asked.target.text("name"), change),)


def _swarm(change: str) -> Callable[[_Asked], tuple[Effect, ...]]:
    return lambda asked: (effects.ChangeSwarm(change, asked.name),)


def _service_made(asked: _Asked) -> tuple[Effect, ...]:
    body = asked.structure("the service's description")
    change = "service update" if asked.name else "service create"
    name = asked.name or body.text("Name")
    return effects.ChangeSwarm(change, name), *creation.service(body)


_Reader = Callable[[_Asked], tuple[Effect, ...]]


def _route(method: str, pattern: str, effect: _Reader) -> tuple[str, re.Pattern[str], _Reader]:
    return method, re.compile(pattern.replace("{}", "(.+)"), re.DOTALL), effect


ROUTES: Final = tuple(
    _route(*row)
    for row in (
        ("POST", r"/containers/create", _created),
        ("POST", r"/containers/prune", _containers_pruned),
        ("POST", r"/containers/{}/start", _started),
        ("POST", r"/containers/{}/(?:stop|restart)", _stopped),
        ("POST", r"/containers/{}/kill", _killed),
        ("POST", r"/containers/{}/pause", _paused),
        ("POST", r"/containers/{}/unpause", lambda a: (effects.StartContainer(a.name),)),
        ("POST", r"/containers/{}/(?:wait|resize|copy)", _look),
        ("POST", r"/containers/{}/attach", _attached),
        ("POST", r"/containers/{}/exec", _executed),
        ("POST", r"/containers/{}/rename", _renamed),
        ("POST", r"/containers/{}/update", _updated),
        ("POST", r"/containers/{}/checkpoints", _checkpointed),
        ("PUT", r"/containers/{}/archive", _copied),
        ("DELETE", r"/containers/{}/checkpoints/[^/]*", _updated),
        ("DELETE", r"/containers/{}", _removed),
        ("POST", r"/exec/{}/(?:start|resize)", _look),  # the command was judged when it was made
        ("POST", r"/commit", _look),
        ("POST", r"/images/(?:create|load)", _look),
        ("POST", r"/images/prune", _images_pruned),
        ("POST", r"/images/{}/(?:tag|push)", _look),
        ("DELETE", r"/images/{}", _image_removed),
        ("POST", r"/build(?:/prune|/cancel)?", _look),
        ("POST", r"/(?:auth|session|grpc)", _look),
        ("POST", r"/volumes/create", _volume_created),
        ("POST", r"/volumes/prune", _volumes_pruned),
        ("DELETE", r"/volumes/{}", _volume_removed),
        ("POST", r"/networks/create", _look),
        ("POST", r"/networks/prune", _networks_pruned),
        ("POST", r"/networks/{}/connect", _network_joined),
        ("POST", r"/networks/{}/disconnect", _network_left),
        ("DELETE", r"/networks/{}", _network_removed),
        ("POST", r"/plugins/pull", _plugin("install")),
        ("POST", r"/plugins/create", _plugin("create")),
        ("POST", r"/plugins/{}/enable", _plugin("enable")),
        ("POST", r"/plugins/{}/disable", _plugin("disable")),
        ("POST", r"/plugins/{}/upgrade", _plugin("upgrade")),
        ("POST", r"/plugins/{}/set", _plugin("set")),
        ("POST", r"/plugins/{}/push", _look),
        ("DELETE", r"/plugins/{}", _plugin("remove")),
        ("POST", r"/swarm/(?:init)", _swarm("init")),
        ("POST", r"/swarm/(?:join)", _swarm("join")),
        ("POST", r"/swarm/(?:unlock)", _swarm("unlock")),
        ("POST", r"/swarm/(?:update)", _swarm("update")),
        ("POST", r"/swarm/(?:leave)", _swarm("leave")),
        ("POST", r"/services/create", _service_made),
        ("POST", r"/services/{}/update", _service_made),
        ("DELETE", r"/services/{}", _swarm("service remove")),
        ("POST", r"/nodes/{}/update", _swarm("node update")),
        ("DELETE", r"/nodes/{}", _swarm("node remove")),
        ("POST", r"/secrets/create", _swarm("secret create")),
        ("POST", r"/secrets/{}/update", _swarm("secret update")),
        ("DELETE", r"/secrets/{}", _swarm("secret remove")),
        ("POST", r"/configs/create", _swarm("config create")),
        ("POST", r"/configs/{}/update", _swarm("config update")),
        ("DELETE", r"/configs/{}", _swarm("config remove")),
    )
)
