"""`ledgerflow-backup schedule`: makes backups when they are due, until it is stopped."""

import click

from backup.schedule.serve import serve
from backup.schedule.settings import load


@click.command("schedule")
def command() -> int:
    """Keep backups going; the container's own process."""
    return serve(load())
