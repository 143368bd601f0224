"""Verbs, flags and aliases of docker's and compose's command lines, as data."""

from collections.abc import Mapping
from typing import Final

from guard.grammar.tables import compose, containers, images, storage, swarm, system

VERBS: Final[Mapping[str, str]] = {
    **containers.VERBS,
    **images.VERBS,
    **storage.VERBS,
    **swarm.VERBS,
    **system.VERBS,
    **compose.VERBS,
}
"""Each verb by its full words, with its flags."""

OPTIONS: Final = (
    "config= c/context= D/debug H/host= l/log-level= tls tlscacert= tlscert= tlskey= tlsverify "
    "v/version"
)
"""Of docker itself, before the verb."""

GROUP_OPTIONS: Final[Mapping[str, str]] = {"stack": "kubeconfig= orchestrator="}
"""Between the words of a verb, as in ``docker stack --orchestrator swarm rm x``."""

CONTAINER_VERBS: Final = (
    "attach commit cp create diff exec export kill logs pause port rename restart rm run start "
    "stats stop top unpause update wait"
)
IMAGE_VERBS: Final = "build history import load pull push save tag"
SHORT_FORMS: Final[Mapping[str, str]] = {
    **{verb: f"container {verb}" for verb in CONTAINER_VERBS.split()},
    **{verb: f"image {verb}" for verb in IMAGE_VERBS.split()},
    "builder build": "image build",
    "deploy": "stack deploy",
    "events": "system events",
    "images": "image ls",
    "info": "system info",
    "list": "container ls",
    "ps": "container ls",
    "remove": "container rm",
    "rmi": "image rm",
}
"""Verbs that have a longer name as well; ``list`` and ``remove`` are in no help text."""

LISTED: Final = (
    "container image volume network node service stack secret config plugin context checkpoint"
)
"""Groups of which each has ``ls`` and ``rm``."""
ALIASES: Final[Mapping[str, str]] = {
    "container ps": "container ls",
    "image rmi": "image rm",
    "stack down": "stack rm",
    "stack up": "stack deploy",
    "compose convert": "compose config",
    "compose bridge transformations ls": "compose bridge transformations list",
    **{f"{group} list": f"{group} ls" for group in LISTED.split()},
    **{f"{group} remove": f"{group} rm" for group in LISTED.split()},
}
"""Other names of a verb in its group."""

OPTIONS_FIRST: Final = frozenset(
    {
        "container commit",
        "container create",
        "container exec",
        "container run",
        "container top",
        "image tag",
        "service create",
        "compose exec",
        "compose run",
    }
)
"""Verbs whose flags end at the first word that is none: the rest belongs to a program."""

LOOKING_PLUGINS: Final = frozenset(
    {"buildx", "feedback", "init", "model", "sbom", "scan", "scout", "completion", "help"}
)
"""Words after which nothing of the daemon's containers, volumes, networks or images is lost.

Builds and their caches are not data. ``docker help …`` and ``docker completion …`` only print.
"""
