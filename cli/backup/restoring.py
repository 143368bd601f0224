"""``make restore``: which backup is meant, into which environment, and whether that is wanted."""

from dataclasses import dataclass
from pathlib import Path

from cli.backup import keys, launch
from cli.backup.keys import PrivateKey
from cli.backup.launch import Extras
from cli.confirmation import confirm
from cli.errors import UserError
from cli.workspace import Workspace
from infra.archive import host, settings_of
from infra.conventions import BACKUP_ID
from infra.services.backup import Reach


@dataclass(frozen=True)
class Wanted:
    """What a person asked for."""

    name: str
    """A backup by its id, or one of its files."""
    into: str
    """The environment that is restored; empty for the backup's own."""
    dry_run: bool = False
    resume: bool = False
    unproven: bool = False
    no_safety_backup: bool = False
    answer: str = ""
    """The name of the environment, when it is agreed to."""
    identity: Path | None = None
    as_json: bool = False


def restore(workspace: Workspace, environment: str, wanted: Wanted) -> int:
    """Restore a backup of ``environment`` and return the exit code; raise UserError."""
    into = wanted.into or environment
    of = launch.target(workspace, into)
    if not wanted.resume and not wanted.name:
        raise UserError("no backup is named", f"make backups ENV={environment}, then FILE=…")
    source = host(workspace.repository, settings_of(workspace.repository, environment))
    if not wanted.resume:
        _check_place(wanted.name, source.archive)
    if not wanted.dry_run:
        what = f"the backup {Path(wanted.name).name}" if wanted.name else "what was begun"
        then = "kept beside it" if wanted.no_safety_backup else "backed up first"
        confirm(into, f"{into} is replaced by {what}; what it holds is {then}", wanted.answer)
    arguments = ["restore"]
    if wanted.resume:
        arguments += ["--resume"]
    else:
        arguments += [Path(wanted.name).name]
        arguments += ["--from", environment] if into != environment else []
        arguments += ["--unproven"] if wanted.unproven else []
        arguments += ["--no-safety-backup"] if wanted.no_safety_backup else []
    arguments += ["--dry-run"] if wanted.dry_run else []
    arguments += ["--json"] if wanted.as_json else []
    other = source if into != environment else None
    extras = Extras(with_context=not wanted.dry_run, key=_key(wanted, source.archive), other=other)
    return launch.run(of, tuple(arguments), Reach.WRITES, extras)


@dataclass(frozen=True)
class Before:
    """What a person wants of what was there before a restore; the list without either."""

    undo: str = ""
    discard: str = ""
    answer: str = ""


def restores(workspace: Workspace, environment: str, wanted: Before, words: list[str]) -> int:
    """List, bring back or let go of what restores have set aside; raise UserError."""
    if wanted.undo and wanted.discard:
        raise UserError("two things are wanted at once", "say UNDO or DISCARD, not both")
    of = launch.target(workspace, environment)
    if wanted.undo:
        what = f"{environment} becomes what it was before the restore {wanted.undo}"
        confirm(environment, f"{what}; what it holds now is kept", wanted.answer)
        words = ["--undo", wanted.undo, *words]
    if wanted.discard:
        what = f"what {environment} was before the restore {wanted.discard}"
        confirm(environment, f"{what} goes for good", wanted.answer)
        words = ["--discard", wanted.discard, *words]
    return launch.run(of, ("restores", *words), Reach.WRITES)


def _key(wanted: Wanted, archive: Path) -> PrivateKey | None:
    """Return the private key that the restore needs, asked for when no file of it is named."""
    if wanted.identity is not None:
        return keys.from_file(wanted.identity)
    if wanted.dry_run or wanted.resume:
        return None  # neither reads the payload
    found = BACKUP_ID.match(Path(wanted.name).name)
    return keys.typed() if found and any(archive.glob(f"{found[0]}*.age")) else None


def _check_place(name: str, archive: Path) -> None:
    """Raise UserError for a path that is not in the archive, and for what is no backup's name."""
    path = Path(name)
    if not BACKUP_ID.match(path.name):
        raise UserError(f"{name} is not a backup's id or file", "make backups lists them")
    # people also write `backups/dev/<file>`, from the root of the archive
    places = {path.resolve().parent, (archive.parent.parent / path).resolve().parent}
    if len(path.parts) > 1 and archive.resolve() not in places:
        raise UserError(
            f"{name} is not in the archive {archive}",
            "copy it there with the .json and .proof.json of the same name, or restore it where "
            "its archive is (LEDGERFLOW_ARCHIVE)",
        )
