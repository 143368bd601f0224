"""``make policy``: every rule over a fresh preview and over the stored state, without Docker."""

import json
import os
import subprocess
from typing import Any

import click

from cli import environments, parts
from cli.errors import EXIT_ERROR, UserError
from cli.options import environment_argument, json_option
from cli.pulumi import Pulumi
from cli.workspace import WORKSPACE, Workspace

USABLE = (0, 1)
"""Exit codes of ``python -m policies`` that come with a document: no violation, violations."""
PREVIEW = "a preview from nothing"
STATE = "the stored state"


@click.command("policy")
@environment_argument
@json_option
def policy_command(environment: str, as_json: bool) -> int:
    """Hold every rule against a fresh preview and the stored state; needs no Docker."""
    return policy(WORKSPACE, environment, as_json=as_json)


def policy(workspace: Workspace, environment: str, *, as_json: bool = False) -> int:
    """Print what the rules say; 0 when all are kept, 1 when one is broken.

    Raises UserError when there is nothing usable to look at.
    """
    environments.load(workspace, environment)
    parts.ensure_cli(workspace, os.environ)
    workspace.prepare()
    parts.ensure_plugins(workspace, os.environ)
    pulumi = Pulumi(workspace, os.environ, environment)
    found = {PREVIEW: _asked(pulumi, "--stack", environment)}
    if pulumi.has_resources():
        found[PREVIEW] = _without_notes(found[PREVIEW])
        state = pulumi.read("stack", "export")
        found[STATE] = _asked(pulumi, "--state", "-", "--environment", environment, given=state)
    click.echo(_as_json(found) if as_json else _as_text(environment, found))
    broken = any(_stopping(document) for document in found.values())
    return EXIT_ERROR if broken else 0


def _asked(pulumi: Pulumi, *arguments: str, given: str = "") -> dict[str, Any]:
    result = subprocess.run(
        [str(pulumi.workspace.python), "-m", "policies", *arguments, "--json"],
        cwd=pulumi.workspace.repository,
        env=pulumi.environment(),
        input=given,
        capture_output=True,
        text=True,
    )
    if result.returncode not in USABLE or not result.stdout:
        what, _, remedy = result.stderr.strip().removeprefix("error: ").partition("\n  -> ")
        raise UserError(f"the rules could not be asked: {what}", remedy or "put right what it says")
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def _without_notes(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is advice: of a preview from nothing, it is about a first deploy."""
    return {**document, "violations": _stopping(document)}


def _stopping(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [v for v in document["violations"] if v["level"] != "advisory"]


def _as_json(found: dict[str, dict[str, Any]]) -> str:
    documents = {"preview": found[PREVIEW], "state": found.get(STATE)}
    return json.dumps(documents, indent=2)


def _as_text(environment: str, found: dict[str, dict[str, Any]]) -> str:
    lines = []
    for looked_at, document in found.items():
        count = len(_stopping(document))
        verdict = "all kept" if count == 0 else f"{count} broken"
        size = f"{document['rules']} rules, {document['resources']} resources"
        lines.append(f"{environment}, {looked_at}: {verdict} ({size})")
        lines += [_line(violation) for violation in document["violations"]]
        if document["unseen"]:
            inputs = ", ".join(f"{one['resource']} {one['path']}" for one in document["unseen"])
            lines.append(f"  left to make up, which asks again with all values known: {inputs}")
    return "\n".join(lines)


def _line(violation: dict[str, Any]) -> str:
    place = ", ".join(filter(None, (violation["resource"], violation["path"])))
    remedy = f"\n    -> {violation['remedy']}" if violation["level"] != "advisory" else ""
    level = violation["level"]
    return f"  {violation['rule']} ({level}) on {place}: {violation['what']}{remedy}"
