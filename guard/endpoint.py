"""Where the daemon listens that a docker command would talk to, and with which TLS files.

Docker's own order: ``-H``, ``--context``, ``DOCKER_HOST``, ``DOCKER_CONTEXT``, the configuration's
``currentContext``, the machine's socket. Contexts are read as the docker client stores them:
``contexts/meta/<SHA-256 of the name>/meta.json`` and ``contexts/tls/<the same>/docker/*.pem``.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from guard.records import dataclass
from guard.world import WorldError

DEFAULT_HOST: Final = "unix:///var/run/docker.sock"
DEFAULT_CONTEXT: Final = "default"


@dataclass(frozen=True)
class Endpoint:
    """An address of a daemon.

    ``certificates`` is a folder with ``ca.pem``, ``cert.pem`` and ``key.pem``, or None for a
    connection in the clear; without ``verify`` the daemon's own certificate is not looked at.
    """

    host: str = DEFAULT_HOST
    certificates: Path | None = None
    verify: bool = True


def endpoint_of(
    variables: Mapping[str, str],
    host: str | None = None,
    context: str | None = None,
    config: str | None = None,
) -> Endpoint:
    """Return the daemon that a command with ``-H host``, ``--context`` and ``--config`` means.

    Raises WorldError when a context is named that is not there or cannot be read.
    """
    folder = _config_folder(variables, config)
    if host:
        return _by_variables(host, variables, folder)
    if context:
        return _of_context(context, variables, folder)
    if variables.get("DOCKER_HOST"):
        return _by_variables(variables["DOCKER_HOST"], variables, folder)
    name = variables.get("DOCKER_CONTEXT") or _current_context(folder)
    return _of_context(name, variables, folder)


def _config_folder(variables: Mapping[str, str], config: str | None) -> Path:
    named = config or variables.get("DOCKER_CONFIG")
    return Path(named) if named else Path(variables.get("HOME", "/")) / ".docker"


def _by_variables(host: str, variables: Mapping[str, str], folder: Path) -> Endpoint:
    if host.startswith(("unix://", "ssh://")):
        return Endpoint(host)
    verify = bool(variables.get("DOCKER_TLS_VERIFY"))
    if verify or variables.get("DOCKER_TLS"):
        return Endpoint(host, Path(variables.get("DOCKER_CERT_PATH") or folder), verify)
    return Endpoint(host)


def _current_context(folder: Path) -> str:
    file = folder / "config.json"
    if not file.exists():
        return DEFAULT_CONTEXT
    return str(_document(file).get("currentContext") or DEFAULT_CONTEXT)


def _of_context(name: str, variables: Mapping[str, str], folder: Path) -> Endpoint:
    if name == DEFAULT_CONTEXT:
        return _by_variables(DEFAULT_HOST, variables, folder)
    key = hashlib.sha256(name.encode()).hexdigest()
    document = _document(folder / "contexts" / "meta" / key / "meta.json")
    try:
        described = document["Endpoints"]["docker"]
        host, unverified = str(described["Host"]), bool(described.get("SkipTLSVerify"))
    except (KeyError, TypeError, AttributeError):
        raise WorldError(f"the docker context {name} names no daemon") from None
    certificates = folder / "contexts" / "tls" / key / "docker"
    return Endpoint(host, certificates if certificates.is_dir() else None, not unverified)


def _document(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise WorldError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError:
        raise WorldError(f"{file} is no JSON") from None
    if not isinstance(document, dict):
        raise WorldError(f"{file} is no JSON object")
    return document
