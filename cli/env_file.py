"""Keeps ``.env.<environment>`` as rendered: written, renewed, and never edited by hand unseen."""

from pathlib import Path

import click

from cli import atomic, environments, ui
from cli.errors import UserError
from cli.options import config_option
from cli.workspace import WORKSPACE, Workspace
from infra import env_file as pure
from infra.spec import Environment

MODE = 0o400
EDITED_MODE = 0o600
"""What a person typed may hold a secret."""


def check(workspace: Workspace, spec: Environment) -> None:
    """Raise UserError when the environment's file was edited by hand; write nothing."""
    if pure.has_file(spec):
        _checked(workspace, spec)


def ensure(workspace: Workspace, spec: Environment) -> None:
    """See that the environment's file is what its settings render.

    A missing file is written, one of older settings is renewed. Raises UserError when the file
    was edited by hand, with the names of the variables, and leaves it alone.
    """
    if not pure.has_file(spec):
        return
    rendered, found = _checked(workspace, spec)
    _publish(_path(workspace, spec), rendered, found)


def discard(workspace: Workspace, spec: Environment) -> Path | None:
    """Write the file anew; return where an edited one was put, None when there was no edit."""
    if not pure.has_file(spec):
        raise UserError(
            f"{spec.name} has no {pure.file_name(spec.name)}: only environments that run the "
            f"application's stage {pure.SEALED_TARGET} have one",
            "name another environment, for example: make env-file ENV=prod",
        )
    path = _path(workspace, spec)
    rendered, found = _rendered(spec), _read(path)
    kept = None
    if found is not None and not pure.is_intact(found):
        kept = _keep(path)
        found = None
    _publish(path, rendered, found)
    return kept


@click.command("env-file")
@click.argument("environment", default="prod")
@config_option
def env_file(environment: str, config_file: Path | None) -> int:
    """Write .env.<environment> as its settings render it; an edited file is kept beside it."""
    spec = environments.load(WORKSPACE, environment, config_file)
    kept = discard(WORKSPACE, spec)
    if kept is not None:
        ui.step(f"The edited file is kept as {kept.name}")
    ui.step(f"{pure.file_name(environment)} is what the settings render")
    return 0


def _checked(workspace: Workspace, spec: Environment) -> tuple[str, str | None]:
    rendered, found = _rendered(spec), _read(_path(workspace, spec))
    if found is not None and not pure.is_intact(found):
        raise UserError(_what(spec, found, rendered), _remedy(spec, found, rendered))
    return rendered, found


def _publish(path: Path, rendered: str, found: str | None) -> None:
    if found != rendered:
        atomic.write_text(path, rendered, MODE)
        ui.step(f"{path.name}: {'rendered' if found is None else 'renewed'}")
    elif path.stat().st_mode & 0o777 != MODE:
        path.chmod(MODE)


def _path(workspace: Workspace, spec: Environment) -> Path:
    return workspace.repository / pure.file_name(spec.name)


def _rendered(spec: Environment) -> str:
    try:
        return pure.render(spec)
    except pure.EnvFileError as error:
        raise UserError(
            f"{pure.file_name(spec.name)} cannot be written: {error}",
            f"correct the setting in Pulumi.{spec.name}.yaml",
        ) from None


def _read(path: Path) -> str | None:
    """Return the file's text; bytes that are no text count as an edit, so they are replaced."""
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(
            f"{path.name} cannot be read: {error.strerror}",
            "move what is there out of the way, or give yourself the right to read it",
        ) from None


def _keep(path: Path) -> Path:
    """Rename the edited file to a name that is free, readable for its owner only."""
    names = (f"{path.name}.edited{'' if n == 1 else f'-{n}'}" for n in range(1, 1000))
    kept = next(p for name in names if not (p := path.with_name(name)).exists())
    path.chmod(EDITED_MODE)
    path.rename(kept)
    return kept


def _what(spec: Environment, found: str, rendered: str) -> str:
    """Say what differs, by name: a value may be a secret that somebody pasted."""
    difference = pure.compare(found, rendered)
    lines = [
        f"  {word}: {', '.join(names)}"
        for word, names in (
            ("added", difference.added),
            ("removed", difference.removed),
            ("changed", difference.changed),
            ("not KEY=value", tuple(f"line {number}" for number in difference.odd_lines)),
        )
        if names
    ]
    lines = lines or ["  comments or layout only; every variable is as rendered"]
    if pure.settings_of(found) != pure.settings_of(rendered):
        lines.append("  (the settings have changed since it was rendered; that shows as well)")
    name = pure.file_name(spec.name)
    return f"{name} was edited by hand; nothing was changed\n" + "\n".join(lines)


def _remedy(spec: Environment, found: str, rendered: str) -> str:
    advice = [_advice(name, spec.name) for name in pure.compare(found, rendered).names]
    discarding = (
        f"make env-file ENV={spec.name} writes the file anew and keeps the edited one as "
        f"{pure.file_name(spec.name)}.edited"
    )
    return "\n     ".join([*advice, discarding])


def _advice(variable: str, environment: str) -> str:
    if variable not in pure.SETTINGS_OF:
        return f"{variable}: no setting renders it; the application's are in docs/env-file.md"
    settings = pure.SETTINGS_OF[variable]
    if not settings:
        return f"{variable}: LedgerFlow decides it itself; it is no setting"
    keys = " or ".join(f"ledgerflow:{key}" for key in settings)
    return f"{variable}: set {keys} in Pulumi.{environment}.yaml"
