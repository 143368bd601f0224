"""`ledgerflow-backup health`: whether backups are being made; the container's health check."""

import click

from backup.schedule import health


@click.command("health")
def command() -> int:
    """Exit with 1, saying why, when a run was missed or failed, or no proven backup is fresh."""
    return health.main()
