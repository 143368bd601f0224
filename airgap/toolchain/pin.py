"""What is built: read from ``go.mod``, so that the version stands in one place."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

MODULE_FOLDER = Path(__file__).resolve().parent
"""The folder of the pinned ``go.mod`` and ``go.sum``."""

COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
"""The Go package of the CLI's executable."""

_CLI_MODULE = "github.com/pulumi/pulumi/pkg/v3"
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_KEY_LENGTH = 12

GoVersion = tuple[int, int, int]


@dataclass(frozen=True)
class Pin:
    """One version of the CLI and how it is built."""

    version: str
    """Such as ``v3.257.0``, which is also what ``pulumi version`` prints."""

    go: GoVersion
    """The least version of Go that the module can be built with."""

    key: str
    """Changes when anything that the result depends on changes."""

    @property
    def flags(self) -> list[str]:
        """The arguments of ``go build``."""
        return _flags(self.version)


def read(folder: Path = MODULE_FOLDER) -> Pin:
    """Read the pin from the ``go.mod`` and ``go.sum`` in `folder`."""
    module = (folder / "go.mod").read_text()
    version = _only(rf"^\s*{re.escape(_CLI_MODULE)} (v\S+)", module)
    content = [module, (folder / "go.sum").read_text(), *_flags(version)]
    key = hashlib.sha256("\n".join(content).encode()).hexdigest()[:_KEY_LENGTH]
    return Pin(version, parse_go_version(_only(r"^go (\S+)", module)), key)


def parse_go_version(text: str) -> GoVersion:
    """The version in a text such as ``go1.26.6``, ``1.25.11`` or ``devel go1.27-abc``."""
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    if match is None:
        raise ValueError(f"{text!r} is no version of Go")
    major, minor, patch = (int(part or 0) for part in match.groups())
    return major, minor, patch


def _flags(version: str) -> list[str]:
    return [
        "-trimpath",
        "-buildvcs=false",
        "-mod=readonly",
        f"-ldflags=-s -w -X {_VERSION_VARIABLE}={version}",
    ]


def _only(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        raise ValueError(f"go.mod has no line like {pattern}")
    return match.group(1)
