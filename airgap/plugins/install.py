"""Putting the stand-ins into Pulumi's plugin cache.

The engine runs an executable `pulumi-resource-<name>` in the plugin's folder directly
(`sdk/go/common/resource/plugin/plugin.go`, `ExecPlugin`); a `PulumiPlugin.yaml` would be run
through the language host, one more process per plugin. The launcher names this repository and the
Python it was installed with, so it works from any directory.
"""

import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

PLUGINS = {"docker": "5.2.0", "random": "4.21.4"}
ENTRY = Path(__file__).with_name("launch.py").resolve()
MARKER = "LEDGERFLOW"
_MARKER_TEXT = """\
This is LedgerFlow's stand-in for the official Pulumi plugin `{name}` {version}.
It covers what LedgerFlow uses. To use the official plugin instead:
    pulumi plugin rm resource {name} {version}
    pulumi plugin install resource {name} {version}
"""
_LAUNCHER = """\
#!/bin/sh
# LedgerFlow's stand-in for the official Pulumi plugin `{name}` {version}.
exec {python} -I {entry} {name} "$@"
"""


def install(pulumi_home: Path, python: Path | None = None) -> list[Path]:
    """Install both plugins below `pulumi_home`; returns the folders that were written.

    `python` (this interpreter by default) must have the packages of LedgerFlow's environment.
    Folders that are already as they should be are left alone, so the second call returns `[]`; so
    is an official plugin. A folder appears complete or not at all.

    Raises OSError when `pulumi_home` cannot be written.
    """
    interpreter = python or Path(sys.executable)
    cache = pulumi_home / "plugins"
    cache.mkdir(parents=True, exist_ok=True)
    return [
        folder
        for name, version in PLUGINS.items()
        if (folder := _install_one(cache, name, version, interpreter)) is not None
    ]


def is_stand_in(pulumi_home: Path, name: str) -> bool:
    """Whether the plugin in the cache is LedgerFlow's own and not the official one."""
    return (_folder(pulumi_home / "plugins", name, PLUGINS[name]) / MARKER).is_file()


def _folder(cache: Path, name: str, version: str) -> Path:
    return cache / f"resource-{name}-v{version}"


def _install_one(cache: Path, name: str, version: str, python: Path) -> Path | None:
    folder = _folder(cache, name, version)
    if folder.exists() and not (folder / MARKER).is_file():
        return None  # the official plugin is there
    files = _files(name, version, python)
    if all(_holds(folder / file, content) for file, content in files.items()):
        return None
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=cache))
    try:
        for file, content in files.items():
            (made / file).write_text(content)
        (made / f"pulumi-resource-{name}").chmod(0o755)
        made.chmod(0o755)
        _publish(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _publish(made: Path, folder: Path) -> None:
    """Put `made` in the place of `folder`; what was there goes last."""
    retired = made.with_name(f"{made.name}.old")
    if folder.exists():
        folder.rename(retired)
    os.rename(made, folder)  # noqa: PTH104 - a rename of folders, atomic on one file system
    shutil.rmtree(retired, ignore_errors=True)


def _files(name: str, version: str, python: Path) -> dict[str, str]:
    launcher = _LAUNCHER.format(
        name=name,
        version=version,
        python=shlex.quote(str(python.absolute())),
        entry=shlex.quote(str(ENTRY)),
    )
    return {
        f"pulumi-resource-{name}": launcher,
        MARKER: _MARKER_TEXT.format(name=name, version=version),
    }


def _holds(file: Path, content: str) -> bool:
    try:
        return file.read_text() == content
    except OSError:
        return False
