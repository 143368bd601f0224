"""`ledgerflow-backup restores`: what was before restores; take it back, or let go of it."""

import click

from backup.command._options import answer, as_json, settings_of
from backup.restore.before import Kept, discard, kept, undo


@click.command("restores")
@click.option("--undo", "undone", metavar="RESTORE", help="Bring back what was before it.")
@click.option("--discard", "discarded", metavar="RESTORE", help="Let go of what was before it.")
@as_json
@click.pass_context
def command(
    context: click.Context, undone: str | None, discarded: str | None, as_json: bool
) -> None:
    """List what restores have set aside; it is kept until somebody discards it."""
    settings = settings_of(context)
    if undone and discarded:
        raise click.UsageError("say --undo or --discard, not both")
    if undone:
        swapped = undo(settings, undone)
        click.echo(f"{swapped.live} is what it was before; the other one is {swapped.kept}.")
        return
    if discarded:
        click.echo(f"Discarded: {_words(discard(settings, discarded))}")
        return
    states = kept(settings)
    if as_json:
        answer([{"restore": s.restore, "database": s.database, "files": s.files} for s in states])
    else:
        click.echo("\n".join(map(_words, states)) or "No restore has set anything aside.")


def _words(state: Kept) -> str:
    return f"{state.restore}: database {state.database or 'none'}, {state.files:,} files"
