"""What each verb does to the daemon's objects; a verb without a reader only looks."""

from collections.abc import Mapping
from typing import Final

from guard.grammar.command import Reader
from guard.grammar.verbs import containers, images, new_container, projects, storage, swarm, system

READERS: Final[Mapping[str, Reader]] = {
    **containers.READERS,
    **new_container.READERS,
    **images.READERS,
    **storage.READERS,
    **swarm.READERS,
    **system.READERS,
    **projects.READERS,
}
