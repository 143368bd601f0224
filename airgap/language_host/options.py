"""The ``runtime.options`` of ``Pulumi.yaml``, ``PulumiPolicy.yaml`` and ``PulumiPlugin.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airgap.language_host.errors import LanguageHostError

if TYPE_CHECKING:
    from pulumi.runtime.proto import language_pb2

_KNOWN = "virtualenv, toolchain (pip)"


@dataclass(frozen=True)
class RuntimeOptions:
    """The options this host honours."""

    virtualenv: Path | None
    """The virtual environment, absolute; None for the interpreter that runs the host."""


def read(info: language_pb2.ProgramInfo) -> RuntimeOptions:
    """Read and check the options that the engine sends with every request.

    A relative ``virtualenv`` is relative to the project's root, as the official host has it.

    Raises:
        LanguageHostError: an option that this host does not support, or of the wrong type.
    """
    options = dict(info.options)
    virtualenv = _text(options.pop("virtualenv", ""), "virtualenv")
    toolchain = _text(options.pop("toolchain", ""), "toolchain")
    if toolchain not in {"", "pip"}:
        raise LanguageHostError(
            f"The runtime option toolchain: {toolchain} is not supported here.",
            "Use toolchain: pip, or leave the option out.",
        )
    for name, value in options.items():
        if value not in (None, "", "none"):
            raise LanguageHostError(
                f"The runtime option {name}: {value} is not supported here.",
                f"Remove it; supported are: {_KNOWN}.",
            )
    if not virtualenv:
        return RuntimeOptions(virtualenv=None)
    return RuntimeOptions(virtualenv=Path(info.root_directory) / virtualenv)


def _text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    raise LanguageHostError(
        f"The runtime option {name} must be a text, but is {value!r}.",
        f"Correct {name} under runtime.options.",
    )
