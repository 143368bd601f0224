"""The routes of the daemon's API that change something, or only look by POST.

Source: moby's routers, ``api/server/router/*``. ``{}`` is the object; it may hold slashes.
"""

import re
from typing import Final

from guard.authz.requests import containers, objects
from guard.authz.requests.asked import Reader, look


def _route(method: str, pattern: str, effect: Reader) -> tuple[str, re.Pattern[str], Reader]:
    return method, re.compile(pattern.replace("{}", "(.+)"), re.DOTALL), effect


ROUTES: Final = tuple(
    _route(*row)
    for row in (
        ("POST", r"/containers/create", containers.created),
        ("POST", r"/containers/prune", containers.pruned),
        ("POST", r"/containers/{}/start", containers.started),
        ("POST", r"/containers/{}/stop", containers.stopped),
        ("POST", r"/containers/{}/restart", containers.restarted),
        ("POST", r"/containers/{}/kill", containers.killed),
        ("POST", r"/containers/{}/pause", containers.paused),
        ("POST", r"/containers/{}/unpause", containers.unpaused),
        ("POST", r"/containers/{}/(?:wait|resize|copy)", look),
        ("POST", r"/containers/{}/attach", containers.attached),
        ("POST", r"/containers/{}/exec", containers.executed),
        ("POST", r"/containers/{}/rename", containers.renamed),
        ("POST", r"/containers/{}/update", containers.updated),
        ("POST", r"/containers/{}/checkpoints", containers.checkpointed),
        ("PUT", r"/containers/{}/archive", containers.copied),
        ("DELETE", r"/containers/{}/checkpoints/[^/]*", containers.updated),
        ("DELETE", r"/containers/{}", containers.removed),
        ("POST", r"/exec/{}/(?:start|resize)", look),  # the command was judged when it was made
        ("POST", r"/commit", look),
        ("POST", r"/images/(?:create|load)", look),
        ("POST", r"/images/prune", objects.images_pruned),
        ("POST", r"/images/{}/(?:tag|push)", look),
        ("DELETE", r"/images/{}", objects.image_removed),
        ("POST", r"/build(?:/prune|/cancel)?", look),
        ("POST", r"/(?:auth|session|grpc)", look),
        ("POST", r"/volumes/create", objects.volume_created),
        ("POST", r"/volumes/prune", objects.volumes_pruned),
        ("DELETE", r"/volumes/{}", objects.volume_removed),
        ("POST", r"/networks/create", look),
        ("POST", r"/networks/prune", objects.networks_pruned),
        ("POST", r"/networks/{}/connect", objects.network_joined),
        ("POST", r"/networks/{}/disconnect", objects.network_left),
        ("DELETE", r"/networks/{}", objects.network_removed),
        ("POST", r"/plugins/pull", objects.plugin("install")),
        ("POST", r"/plugins/create", objects.plugin("create")),
        ("POST", r"/plugins/{}/enable", objects.plugin("enable")),
        ("POST", r"/plugins/{}/disable", objects.plugin("disable")),
        ("POST", r"/plugins/{}/upgrade", objects.plugin("upgrade")),
        ("POST", r"/plugins/{}/set", objects.plugin("set")),
        ("POST", r"/plugins/{}/push", look),
        ("DELETE", r"/plugins/{}", objects.plugin("rm")),
        ("POST", r"/swarm/(?:init|join|unlock)", look),
        ("POST", r"/swarm/update", objects.swarm("update")),
        ("POST", r"/swarm/leave", objects.swarm("leave")),
        ("POST", r"/services/create", objects.service_made),
        ("POST", r"/services/{}/update", objects.service_made),
        ("DELETE", r"/services/{}", objects.swarm("service rm")),
        ("POST", r"/nodes/{}/update", objects.swarm("node update")),
        ("DELETE", r"/nodes/{}", objects.swarm("node rm")),
        ("POST", r"/(?:secrets|configs)/create", look),
        ("POST", r"/secrets/{}/update", objects.swarm("secret update")),
        ("DELETE", r"/secrets/{}", objects.swarm("secret rm")),
        ("POST", r"/configs/{}/update", objects.swarm("config update")),
        ("DELETE", r"/configs/{}", objects.swarm("config rm")),
    )
)
