"""What is installed beside a program: the Pulumi plugins it needs, and its dependencies.

A Pulumi SDK package says which plugin serves it in a file ``pulumi-plugin.json`` in its top folder
(https://www.pulumi.com/docs/iac/packages-and-automation/pulumi-packages/schema/).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airgap.language_host.errors import LanguageHostError

if TYPE_CHECKING:
    from pulumi.runtime.proto import plugin_pb2

_DESCRIPTOR = "pulumi-plugin.json"


def required(search_path: Iterable[str]) -> list[plugin_pb2.PackageDependency]:
    """The resource plugins that the packages on `search_path` ask for, sorted by name.

    Raises:
        LanguageHostError: a descriptor cannot be read.
    """
    found: dict[tuple[str, str], plugin_pb2.PackageDependency] = {}
    for folder in dict.fromkeys(search_path):
        for descriptor in sorted(Path(folder).glob(f"*/{_DESCRIPTOR}")):
            package = _read(descriptor)
            if package is not None:
                found.setdefault((package.name, package.version), package)
    return [found[key] for key in sorted(found)]


def dependencies(search_path: Sequence[str], *, transitive: bool) -> list[tuple[str, str]]:
    """Name and version of the installed distributions, sorted by name.

    With `transitive` false only those that no other installed distribution requires.
    """
    installed: dict[str, Distribution] = {}
    for distribution in distributions(path=list(search_path)):
        installed.setdefault(_normal(distribution.metadata["Name"]), distribution)
    wanted = set(installed)
    if not transitive:
        wanted -= {name for each in installed.values() for name in _requires(each)}
    return [(installed[name].metadata["Name"], installed[name].version) for name in sorted(wanted)]


def _read(descriptor: Path) -> plugin_pb2.PackageDependency | None:
    from pulumi.runtime.proto import plugin_pb2  # noqa: PLC0415 - costly, and not always needed

    try:
        content: dict[str, Any] = json.loads(descriptor.read_text())
        if not content.get("resource"):
            return None
        package = plugin_pb2.PackageDependency(
            name=content.get("name") or descriptor.parent.name.removeprefix("pulumi_"),
            kind="resource",
            version=content.get("version") or _distribution_version(descriptor.parent),
            server=content.get("server", ""),
        )
        if "parameterization" in content:
            base = content["parameterization"]
            package.parameterization.name = base["name"]
            package.parameterization.version = base["version"]
            package.parameterization.value = base64.b64decode(base["value"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LanguageHostError(
            f"The plugin description {descriptor} cannot be read: {error!r}.",
            "Reinstall the Python package it belongs to.",
        ) from error
    return package


def _distribution_version(package: Path) -> str:
    for distribution in distributions(path=[str(package.parent)]):
        if _normal(distribution.metadata["Name"]) == _normal(package.name):
            return distribution.version
    return ""


def _requires(distribution: Distribution) -> Iterator[str]:
    for requirement in distribution.requires or ():
        if "extra ==" not in requirement:
            yield _normal(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])


def _normal(name: str) -> str:
    """`name` in the normal form of PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()
