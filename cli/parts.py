"""The parts of Pulumi: the ordinary ones first, a fall-back of ours only where they are missing.

Nothing of ``airgap`` is imported on a machine where the official parts are there.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from cli import pulumi_official, ui
from cli.errors import UserError
from cli.workspace import Workspace, cache_folder

PLUGINS = ("docker", "random")
DOWNLOAD_SECONDS = 120
FROM_SOURCE = "BUILT-FROM-SOURCE"
"""Name of the file that says that the programs beside it are the fall-back."""


def ensure_cli(workspace: Workspace, environ: Mapping[str, str]) -> None:
    """See that ``pulumi`` is found with ``workspace.variables``; raise UserError if it cannot be.

    Order: what this clone set up before, an installed one, the official download, a build from
    source.
    """
    if (workspace.bin / "pulumi").exists():
        if (workspace.bin / FROM_SOURCE).exists():
            _install_language_host(workspace)
        return
    finding = pulumi_official.look(environ)
    if finding.path is not None:
        ui.step(f"Pulumi: using {finding.path}, {finding.reason}")
        return
    ui.step(f"Pulumi: none can be used here ({finding.reason})")
    try:
        official = pulumi_official.install_official(cache_folder(environ), ui.detail)
    except pulumi_official.DownloadError as error:
        ui.detail(f"the official download cannot be had ({error}); building it from source")
        _build(workspace, environ)
        return
    _expose(official.parent, workspace.bin)


def ensure_plugins(workspace: Workspace, environ: Mapping[str, str]) -> None:
    """See that the plugins of the SDKs in use are installed, official ones where possible."""
    if (workspace.pulumi_home / "plugins").exists():
        _install_stand_ins(workspace)
        return
    missing = [name for name in PLUGINS if not _official_plugin(name, environ).exists()]
    for name in missing:
        if not _download_plugin(name, workspace, environ):
            ui.step(
                "Plugins: the official ones cannot be had; "
                "using LedgerFlow's stand-ins for docker and random"
            )
            _install_stand_ins(workspace)
            return


def _build(workspace: Workspace, environ: Mapping[str, str]) -> None:
    from airgap import toolchain  # noqa: PLC0415 - only on machines that need it

    try:
        built = toolchain.build(cache_folder(environ), ui.detail)
    except toolchain.ToolchainError as error:
        raise UserError(error.what, error.remedy) from error
    workspace.bin.mkdir(parents=True, exist_ok=True)
    (workspace.bin / FROM_SOURCE).touch()
    _install_language_host(workspace)
    _expose(built, workspace.bin)


def _install_language_host(workspace: Workspace) -> None:
    """Write its launcher, which names this clone and so must follow when the clone moves."""
    from airgap.language_host import install  # noqa: PLC0415 - only on machines that need it

    install(workspace.bin, workspace.python)


def _expose(source: Path, bin_folder: Path) -> None:
    """Put Pulumi's programs into ``bin_folder``, by link where the file system allows it."""
    bin_folder.mkdir(parents=True, exist_ok=True)
    programs = [source] if source.is_file() else sorted(source.glob("pulumi*"))
    for program in programs:
        temporary = bin_folder / f".{program.name}.{os.getpid()}"
        try:
            os.link(program, temporary)
        except OSError:
            shutil.copy2(program, temporary)
        temporary.replace(bin_folder / program.name)
        temporary.unlink(missing_ok=True)  # renaming one link over another does nothing


def _install_stand_ins(workspace: Workspace) -> None:
    from airgap.plugins.install import install  # noqa: PLC0415 - only on machines that need it

    install(workspace.pulumi_home, workspace.python)


def _official_plugin(name: str, environ: Mapping[str, str]) -> Path:
    home = environ.get("PULUMI_HOME") or str(Path(environ.get("HOME", "/root")) / ".pulumi")
    return Path(home) / "plugins" / f"resource-{name}-v{version(f'pulumi-{name}')}"


def _download_plugin(name: str, workspace: Workspace, environ: Mapping[str, str]) -> bool:
    command = ["pulumi", "plugin", "install", "resource", name, version(f"pulumi-{name}")]
    environment = {**environ, **workspace.variables(environ)}
    ui.step(f"Plugins: installing the official {name} plugin")
    try:
        result = subprocess.run(
            command,
            env=environment,
            cwd=workspace.repository,
            capture_output=True,
            timeout=DOWNLOAD_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False
    return result.returncode == 0
