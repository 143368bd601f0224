"""`ledgerflow-backup list`: what is in the archive."""

import click

from backup.catalog import Catalog, Entry
from backup.command._options import answer, as_json, described, settings_of


@click.command("list")
@as_json
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the environment's backups, the oldest first."""
    catalog = Catalog(settings_of(context).folder)
    entries = catalog.entries()
    if as_json:
        answer([described(entry) for entry in entries])
        return
    for entry in entries:
        click.echo(_line(entry))
    for stray in catalog.strays():
        click.echo(f"{stray.name}  LOST ITS MANIFEST: bring that back from a copy (`offsite pull`)")
    if not entries:
        click.echo("there are no backups")


def _line(entry: Entry) -> str:
    manifest = entry.manifest
    if manifest is None or entry.problems:
        return f"{entry.id}  DAMAGED: {'; '.join(entry.problems)}"
    state = "proven" if entry.proven else "FAILED" if entry.proof else "not proven"
    tried = ""
    if (proof := entry.proof) is not None:
        tried = f"  restored {proof.finished:%Y-%m-%d %H:%M} UTC in {proof.seconds:,.1f} s"
    return (
        f"{entry.id}  {state:10}  {manifest.payload.size:>14,} bytes  "
        f"{manifest.contents.rows:>12,} rows  {manifest.reason:9}{tried}"
    )
