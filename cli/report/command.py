"""``make preview``: what ``make up`` would change, as a document."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import click

from cli import ui
from cli import up as up_command
from cli.drift import recorded
from cli.errors import EXIT_CHANGES, EXIT_ERROR, UserError
from cli.pulumi import Pulumi
from cli.report import events, store
from cli.report.document import report
from cli.report.markdown import as_markdown
from cli.report.plan import Plan
from cli.report.secret_changes import SecretChange, secret_changes
from cli.workspace import Workspace
from infra import conventions
from infra.configuration import from_strings
from infra.settings import Settings
from infra.spec import Environment

WORKSPACE = Workspace(Path(__file__).resolve().parents[2])
STREAMING = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW"


@click.command("preview")
@click.argument("environment", default="dev")
@click.option(
    "--config-file",
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    help="Configuration in another file than Pulumi.<environment>.yaml.",
)
@click.option(
    "--policy-pack",
    "policy_packs",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, resolve_path=True),
    help="Rules that the change must keep; may be repeated.",
)
@click.option("--diff", is_flag=True, help="Show Pulumi's own difference first.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def preview_command(
    environment: str,
    config_file: Path | None,
    policy_packs: tuple[Path, ...],
    diff: bool,
    as_json: bool,
) -> int:
    """Write what `up` would change as a document; exit code 2 when there are changes."""
    return preview(
        WORKSPACE, environment, config_file, policy_packs=policy_packs, diff=diff, as_json=as_json
    )


def preview(
    workspace: Workspace,
    environment: str,
    config_file: Path | None = None,
    *,
    policy_packs: Sequence[Path] = (),
    diff: bool = False,
    as_json: bool = False,
) -> int:
    """Write the report and print it; 2 when there are changes, 0 when none, 1 when refused.

    Raises UserError when the preview fails; no report is left then.
    """
    store.discard(workspace, environment)
    spec, _, pulumi = up_command.prepare(workspace, environment, os.environ, config_file)
    packs = [word for pack in policy_packs for word in ("--policy-pack", str(pack))]
    if diff:
        pulumi.run("preview", "--diff", *packs)
    plan = _plan(pulumi, packs)
    written = report(plan, spec, _secret_changes(plan, spec, pulumi))
    if not plan.complete and not written.refused:
        raise UserError(
            "the preview failed:\n" + _indented(plan.errors),
            "put right what it says and run the same command again; no report was written",
        )
    path = store.save(workspace, written)
    click.echo(written.model_dump_json(indent=2) if as_json else as_markdown(written), nl=False)
    ui.step(f"Report: {path} and {path.with_suffix('.json').name}")
    if written.refused:
        return EXIT_ERROR
    return EXIT_CHANGES if plan.steps else 0


def _plan(pulumi: Pulumi, packs: Sequence[str]) -> Plan:
    result = _run(pulumi, "preview", "--json", *packs, **{STREAMING: "true"})
    plan = events.parse(result.stdout.splitlines())
    if result.returncode == 0:
        return plan
    words = plan.errors or (result.stderr.strip() or "pulumi said nothing",)
    return plan.model_copy(update={"complete": False, "errors": tuple(words)})


def _secret_changes(plan: Plan, spec: Environment, pulumi: Pulumi) -> tuple[SecretChange, ...]:
    containers = recorded.read(pulumi).containers
    names = {s.name: conventions.container_name(spec.name, s.name) for s in spec.services}
    deployed = {s: containers[name].uploads for s, name in names.items() if name in containers}
    result = _run(pulumi, "config", "--show-secrets", "--json")
    if result.returncode != 0:
        raise UserError(
            f"the configuration of {spec.name} cannot be read: {result.stderr.strip()}",
            "when what it says is put right, run the same command again",
        )
    values = {key: str(entry["value"]) for key, entry in json.loads(result.stdout).items()}
    configured = Settings.parse(spec.name, from_strings(values)).secrets
    return secret_changes(plan, spec, configured, deployed)


def _run(pulumi: Pulumi, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run pulumi with its output in memory only: it may hold the configuration in clear."""
    command = ["pulumi", *words, "--non-interactive", "--stack", pulumi.stack]
    if pulumi.config_file:
        command += ["--config-file", str(pulumi.config_file)]
    return subprocess.run(
        command,
        env={**pulumi.environment(), **variables},
        cwd=pulumi.workspace.repository,
        capture_output=True,
        text=True,
    )


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"  {line}" for text in lines for line in text.splitlines())
