"""The daemon's configuration file: one plugin is added to it or taken out, the rest stays.

Source of the keys: https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from guard.authz.installing.problem import AuthorizationError

KEY: Final = "authorization-plugins"


def named(file: Path, plugin: str) -> bool:
    """Tell whether the configuration names the plugin; raise AuthorizationError."""
    return plugin in _plugins(_read(file), file)


def add(file: Path, plugin: str) -> bool:
    """Name the plugin last; tell whether that changed anything. Raises AuthorizationError."""
    content = _read(file)
    plugins = _plugins(content, file)
    if plugin in plugins:
        return False
    _write(file, {**content, KEY: [*plugins, plugin]})
    return True


def take_out(file: Path, plugin: str) -> bool:
    """Undo :func:`add`; a file that then says nothing goes. Raises AuthorizationError."""
    content = _read(file)
    plugins = _plugins(content, file)
    if plugin not in plugins:
        return False
    rest = [name for name in plugins if name != plugin]
    others = {key: value for key, value in content.items() if key != KEY}
    kept = {**content, KEY: rest} if rest else others
    if kept:
        _write(file, kept)
    else:
        file.unlink()
    return True


def _read(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
        content = json.loads(text) if text.strip() else {}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise AuthorizationError(f"{file} cannot be read: {error}", "put the file right") from None
    if not isinstance(content, dict):
        raise AuthorizationError(f"{file} holds no JSON object", "put the file right")
    return content


def _plugins(content: dict[str, Any], file: Path) -> list[str]:
    plugins = content.get(KEY) or []
    if not isinstance(plugins, list):
        raise AuthorizationError(f"{KEY} in {file} is no list", "put the file right")
    return plugins


def _write(file: Path, content: dict[str, Any]) -> None:
    """Replace the file as a whole: the daemon reads the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as fresh:
            fresh.write(f"{json.dumps(content, indent=2)}\n")
            fresh.flush()
            os.fchmod(fresh.fileno(), mode)
            os.fsync(fresh.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
