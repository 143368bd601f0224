"""`ledgerflow-backup synced`: which backups a sync program has uploaded."""

from __future__ import annotations

from pathlib import Path

import click

from backup.catalog import Catalog, Entry
from backup.command._options import answer, as_json, settings_of
from backup.errors import EXIT_DAMAGE
from backup.synced.check import check
from backup.synced.model import FileState, State


@click.command("synced")
@as_json
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Tell for each backup's files whether they are uploaded; exit code 2 when one is not.

    To be run on the machine of the sync program, with the archive in its folder.
    """
    entries = Catalog(settings_of(context).folder).entries()
    states = check([path for entry in entries for path in files_of(entry)])
    if as_json:
        answer([{"path": str(s.path), "state": s.state, "reason": s.reason} for s in states])
    else:
        for each in states:
            click.echo(f"{each.state:8}  {each.path.name}  {each.reason}")
    if not all_uploaded(states):
        context.exit(EXIT_DAMAGE)


def files_of(entry: Entry) -> list[Path]:
    """Return the files of a backup that must be uploaded; the proof when there is one."""
    files = [entry.payload_path, entry.manifest_path]
    return [*files, entry.proof_path] if entry.proof is not None else files


def all_uploaded(states: list[FileState]) -> bool:
    """Tell whether every file is in the cloud, whether or not it is here as well."""
    return all(each.state in (State.UPLOADED, State.EVICTED) for each in states)
