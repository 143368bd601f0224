"""Where this machine gets Debian from.

The mirror that a person has set up for apt serves every suite of Debian, so the base image is
made from it too. Where apt tells nothing (another distribution), mmdebstrap's default holds.
"""

import platform
import re
import subprocess
from collections.abc import Iterable
from typing import NamedTuple

_FIELDS = "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)"
_CREDENTIALS = re.compile(r"//[^/]*@")


class Target(NamedTuple):
    """One index that apt is set up to read."""

    origin: str
    uri: str
    suite: str
    component: str


def mirror_lines(suite: str) -> list[str]:
    """Return the source lines for `suite` from this machine's mirrors, or none.

    None means: let mmdebstrap choose.
    """
    release = _codename()
    return lines_for(suite, release, _targets()) if release else []


def lines_for(suite: str, release: str, targets: Iterable[Target]) -> list[str]:
    """Return source lines for `suite` from the mirrors that give `release` today.

    A mirror whose address holds credentials is passed over: they would end up in the image.
    """
    wanted = {release: suite, f"{release}-updates": f"{suite}-updates"}
    wanted[f"{release}-security"] = f"{suite}-security"
    found: dict[str, str] = {}
    for target in targets:
        usable = target.component == "main" and target.origin in {"", "Debian"}
        if usable and target.suite in wanted and not _CREDENTIALS.search(target.uri):
            found.setdefault(wanted[target.suite], target.uri)
    if suite not in found:
        return []
    return [f"deb {uri} {name} main" for name, uri in found.items()]


def _targets() -> list[Target]:
    command = ["apt-get", "indextargets", "--format", _FIELDS, "Created-By: Packages"]
    try:
        listing = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return []
    return [Target(*line.split("|")) for line in listing.splitlines() if line.count("|") == 3]


def _codename() -> str:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    return release.get("VERSION_CODENAME", "") if release.get("ID") == "debian" else ""
