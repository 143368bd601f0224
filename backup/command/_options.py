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
