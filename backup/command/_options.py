"""What several subcommands share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from backup.catalog import Entry
from backup.settings import Settings, load

Function = TypeVar("Function", bound=Callable[..., Any])


def as_json(function: Function) -> Function:
    """Add `--json`: the answer for a program."""
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")(function)


def with_reason(function: Function) -> Function:
    """Add `--reason`."""
    reasons = click.Choice(["manual", "scheduled", "safety", "emergency"])
    return click.option("--reason", type=reasons, default="manual", show_default=True)(function)


def with_identity(function: Function) -> Function:
    """Add `--identity`: the private key of an encrypted backup."""
    path = click.Path(path_type=Path, dir_okay=False)
    return click.option("--identity", type=path, help="File with the private key.")(function)


def settings_of(context: click.Context, **given: object) -> Settings:
    """Return the settings of this run."""
    return load(**{**(context.obj or {}), **given})


def answer(value: object) -> None:
    """Print an answer for a program."""
    click.echo(json.dumps(value, sort_keys=True, ensure_ascii=False))


def described(entry: Entry) -> dict[str, object]:
    """Describe a backup for a program."""
    manifest, proof = entry.manifest, entry.proof
    return {
        "id": entry.id,
        "kind": entry.kind,
        "created": entry.created.isoformat(),
        "reason": manifest.reason if manifest else None,
        "payload": str(entry.payload_path),
        "bytes": manifest.payload.size if manifest else None,
        "rows": manifest.contents.rows if manifest else None,
        "seconds": manifest.seconds if manifest else None,
        "proven": entry.proven,
        "proof": {
            "result": proof.result,
            "finished": proof.finished.isoformat(),
            "seconds": proof.seconds,
        }
        if proof
        else None,
        "problems": list(entry.problems),
    }


def told(entry: Entry, as_json: bool) -> None:
    """Tell a person, or a program, of a backup that was just made."""
    if as_json:
        answer(described(entry))
        return
    if (manifest := entry.manifest) is not None:
        files = f" and {len(manifest.full.files):,} files" if manifest.full is not None else ""
        click.echo(
            f"{manifest.payload.name}: {manifest.contents.rows:,} rows{files} in "
            f"{manifest.payload.size:,} bytes, {manifest.seconds:.1f} s"
        )
        for note in manifest.full.notes if manifest.full is not None else ():
            click.echo(f"note: {note}")
    if entry.proof is not None:
        click.echo(f"proven: restored and equal in everything, {entry.proof.seconds:.1f} s")
    else:
        click.echo("not proven: it does not count as a backup until `prove` has restored it")
