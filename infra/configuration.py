"""The stack's configuration as plain mappings: from the running program, or from its file.

The program asks Pulumi; the commands that need no Pulumi (``make spec``, the check of the ports)
read ``Pulumi.<stack>.yaml``. Both end in :meth:`infra.settings.Settings.parse`.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import yaml

ENCRYPTED = "[encrypted]"


class ConfigurationError(ValueError):
    """The stack's file is missing or is not YAML."""


def from_strings(config: Mapping[str, str]) -> dict[str, object]:
    """Return Pulumi's configuration with objects and lists decoded; Pulumi hands them as JSON."""
    return {key: _decode(value) for key, value in config.items()}


def from_file(path: Path) -> dict[str, object]:
    """Return the ``config`` of a stack's file, with encrypted values replaced by a placeholder.

    Raises ConfigurationError when there is no such file or it is not a mapping.
    """
    if not path.is_file():
        raise ConfigurationError(f"there is no {path.name}: an environment is one such file")
    try:
        document = yaml.safe_load(path.read_text()) or {}
    except yaml.MarkedYAMLError as error:
        raise ConfigurationError(f"{path.name} is not YAML: {_place(error)}") from None
    except yaml.YAMLError:
        raise ConfigurationError(f"{path.name} is not YAML: it is not text") from None
    config = document.get("config", {}) if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise ConfigurationError(f"{path.name}: config must be a mapping of keys to values")
    return {str(key): _without_ciphertext(value) for key, value in config.items()}


def _place(error: yaml.MarkedYAMLError) -> str:
    """Return what is wrong and where, without the line itself: it may hold a secret."""
    mark = error.problem_mark or error.context_mark
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{where}{error.problem or error.context}"


def _decode(value: str) -> object:
    if value[:1] not in ("{", "["):
        return value
    try:
        decoded: object = json.loads(value)
    except json.JSONDecodeError:
        return value
    return decoded


def _without_ciphertext(value: object) -> object:
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            return ENCRYPTED
        return {key: _without_ciphertext(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_ciphertext(inner) for inner in value]
    return value
