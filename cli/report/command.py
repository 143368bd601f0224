"""``make preview``: what ``make up`` would change, as a document."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click
import docker

from cli import backups, ui
from cli import up as up_command
from cli.deploy import FRESH_BACKUP, indented
from cli.drift import recorded
from cli.errors import EXIT_CHANGES, EXIT_ERROR, UserError
from cli.options import config_option, environment_argument, json_option
from cli.pulumi import Pulumi
from cli.report import planning, store
from cli.report.document import report
from cli.report.markdown import as_markdown
from cli.report.plan import Plan, Violation
from cli.report.secret_changes import SecretChange, secret_changes
from cli.workspace import WORKSPACE, Workspace
from infra import conventions
from infra.configuration import from_strings
from infra.settings import Settings
from infra.spec import Environment


@click.command("preview")
@environment_argument
@config_option
@click.option(
    "--policy-pack",
    "policy_packs",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, resolve_path=True),
    help="Rules besides LedgerFlow's own; may be repeated.",
)
@click.option("--diff", is_flag=True, help="Show Pulumi's own difference first.")
@json_option
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
    spec, client, pulumi = up_command.prepare(workspace, environment, os.environ, config_file)
    packs = planning.packs(workspace.repository, policy_packs)
    if diff:
        pulumi.run("preview", "--diff", *packs)
    intended = planning.plan(pulumi, *packs)
    plan = _with_backup_rule(intended, spec, client, pulumi)
    written = report(plan, spec, _secret_changes(plan, spec, pulumi))
    # a rule ends Pulumi's preview with an error too, the one on backups even without a change
    if not intended.complete and not any(v.stops for v in intended.violations):
        raise UserError(
            "the preview failed:\n" + indented(plan.errors),
            "put right what it says and run the same command again; no report was written",
        )
    path = store.save(workspace, written)
    click.echo(written.model_dump_json(indent=2) if as_json else as_markdown(written), nl=False)
    ui.step(f"Report: {path} and {path.with_suffix('.json').name}")
    if written.refused:
        return EXIT_ERROR
    return EXIT_CHANGES if plan.steps else 0


def _with_backup_rule(
    plan: Plan, spec: Environment, client: docker.DockerClient, pulumi: Pulumi
) -> Plan:
    """Say of the rule on backups what ``make up`` would: the policy pack sees no changes."""
    others = tuple(v for v in plan.violations if not v.rule.startswith(FRESH_BACKUP))
    answer = backups.ask(spec, client, pulumi) if plan.changes else None
    if answer is None:
        return plan.model_copy(update={"violations": others})
    spoken = Violation(
        pack=conventions.PROJECT,
        rule=FRESH_BACKUP,
        level="advisory" if answer.allows else "mandatory",
        resource=spec.name,
        message=str(answer) if answer.allows else f"{answer}. Remedy: {backups.remedy(spec.name)}",
    )
    return plan.model_copy(update={"violations": (*others, spoken)})


def _secret_changes(plan: Plan, spec: Environment, pulumi: Pulumi) -> tuple[SecretChange, ...]:
    containers = recorded.read(pulumi).containers
    names = {s.name: conventions.container_name(spec.name, s.name) for s in spec.services}
    deployed = {s: containers[name].uploads for s, name in names.items() if name in containers}
    result = pulumi.read_silently("config", "--show-secrets", "--json")
    if result.returncode != 0:
        raise UserError(
            f"the configuration of {spec.name} cannot be read: {result.stderr.strip()}",
            "when what it says is put right, run the same command again",
        )
    values = {key: str(entry["value"]) for key, entry in json.loads(result.stdout).items()}
    configured = Settings.parse(spec.name, from_strings(values)).secrets
    return secret_changes(plan, spec, configured, deployed)
