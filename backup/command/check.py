"""`ledgerflow-backup check`: are the files what was written?"""

import click

from backup.catalog import Catalog
from backup.check import check
from backup.command._options import answer, as_json, settings_of
from backup.errors import DamageError
from backup.full.reading import readers


@click.command("check")
@click.argument("backups", nargs=-1, metavar="[BACKUP]...")
@as_json
@click.pass_context
def command(context: click.Context, backups: tuple[str, ...], as_json: bool) -> None:
    """Check sizes, checksums and the ends of backups without restoring them; all when none named.

    Exit code 2 when any is damaged.
    """
    settings = settings_of(context)
    catalog = Catalog(settings.folder)
    entries = [catalog.entry(name) for name in backups] if backups else catalog.entries()
    found = {
        entry.id: list(check(entry, readers(entry, settings.scratch, None)[1])) for entry in entries
    }
    if as_json:
        answer(found)
    for name, problems in found.items():
        if not as_json:
            click.echo(f"{name}  {'; '.join(problems) or 'as it was written'}")
    damaged = [name for name, problems in found.items() if problems]
    if damaged:
        if as_json:
            context.exit(DamageError.exit_code)
        raise DamageError(
            f"{len(damaged)} of {len(found)} backups are damaged: {', '.join(damaged)}",
            "make a new one now (`db`), then look for other copies of the damaged ones",
        )
