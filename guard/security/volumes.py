"""The protection labels of volumes."""

from collections.abc import Iterable
from typing import Final

from guard.security.facts import Daemon
from guard.security.model import Looking, Section
from infra.conventions import (
    LABEL_ENVIRONMENT,
    LABEL_PROTECT,
    PROTECTED,
    PROTECTED_VOLUMES,
    volume_name,
)
from infra.kept_volumes import LABEL_KEPT

TITLE: Final = "Protection labels of volumes"


def labels(daemon: Daemon, environments: Iterable[str]) -> Section:
    """Look for protected volumes that are missing or lack their labels."""
    looking = Looking(TITLE)
    present = {volume["Name"]: volume.get("Labels") or {} for volume in daemon.volumes}
    for environment in environments:
        for kind in PROTECTED_VOLUMES:
            name = volume_name(environment, kind)
            way = f"make volume-recreate ENV={environment} VOLUME={kind}"
            if name not in present:
                looking.find(name, "the volume is missing", f"{way} FROM=<backup>")
            elif present[name].get(LABEL_PROTECT) != PROTECTED:
                looking.find(name, f"the label {LABEL_PROTECT}={PROTECTED} is missing", way)
            elif present[name].get(LABEL_ENVIRONMENT) != environment:
                looking.find(name, "its label names another environment", way)
            else:
                looking.facts.append(f"{name}: protected")
    kept = sorted(name for name, found in present.items() if LABEL_KEPT in found)
    if kept:
        looking.facts.append(f"kept by recreations: {', '.join(kept)}")
    return looking.section()
