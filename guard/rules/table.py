"""Which rules look at which kind of effect, and which rule answers when nothing can be asked."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from guard.effects import (
    ChangeContainer,
    ChangeNetwork,
    ChangePlugin,
    ChangeSwarm,
    CopyInto,
    CreateContainer,
    CreateVolume,
    Execute,
    KillContainer,
    PruneContainers,
    PruneImages,
    PruneNetworks,
    PruneVolumes,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveProjectContainers,
    RemoveVolume,
    StartProject,
    StopProject,
    Unknown,
)
from guard.rules import (
    copying,
    creating,
    executing,
    images,
    itself,
    networks,
    projects,
    stopping,
    unknown,
    volumes,
)
from guard.rules.situation import Check


class Row(NamedTuple):
    """The checks of one kind of effect."""

    unasked: str
    """The rule that refuses when the daemon does not answer."""
    checks: tuple[Check, ...]


TABLE: Final[Mapping[type, Row]] = MappingProxyType(
    {
        RemoveVolume: Row("LF040", (volumes.removal,)),
        PruneVolumes: Row("LF042", (volumes.pruning,)),
        CreateVolume: Row("LF051", (volumes.creation,)),
        KillContainer: Row("LF044", (stopping.kill,)),
        RemoveContainer: Row("LF041", (stopping.removal,)),
        PruneContainers: Row("LF042", (stopping.pruning,)),
        ChangeContainer: Row("LF050", (stopping.change,)),
        CreateContainer: Row(
            "LF043",
            (
                creating.confinement,
                creating.capabilities,
                creating.namespaces,
                creating.mounts,
                executing.started_with,
                creating.networks,
                creating.names,
            ),
        ),
        Execute: Row("LF045", (executing.confinement, executing.inside)),
        CopyInto: Row("LF046", (copying.into,)),
        RemoveImage: Row("LF047", (images.removal,)),
        PruneImages: Row("LF047", (images.pruning,)),
        RemoveNetwork: Row("LF050", (networks.removal,)),
        PruneNetworks: Row("LF042", (networks.pruning,)),
        ChangeNetwork: Row("LF050", (networks.change,)),
        ChangePlugin: Row("LF048", (itself.plugin,)),
        ChangeSwarm: Row("LF048", (itself.swarm,)),
        StopProject: Row("LF041", (projects.stop,)),
        StartProject: Row("LF052", (projects.start,)),
        RemoveProjectContainers: Row("LF041", (projects.remove,)),
        Unknown: Row("LF049", (unknown.unknown,)),
    }
)
"""Effects that are not here (looking, stopping with grace, starting) are allowed unasked."""
