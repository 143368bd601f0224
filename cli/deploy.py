"""Making a change: what it would do is asked and held against the rules first, then it is made.

Every command that changes an environment goes this way: ``up``, ``rotate`` and ``reconcile``.
"""

import docker

from cli import backups, env_file, ui
from cli.errors import UserError
from cli.pulumi import WRONG_PASSPHRASE, Pulumi
from cli.report.plan import Plan
from cli.report.planning import packs, plan
from infra.spec import Environment

FRESH_BACKUP = "LF035-fresh-backup"
"""The rule's name in the policy pack; :mod:`cli.backups` asks it with the plan in its hands."""


def deploy(spec: Environment, client: docker.DockerClient, pulumi: Pulumi, *arguments: str) -> None:
    """Bring the environment to its spec with ``pulumi up`` and these arguments.

    Nothing is changed before all rules were asked about the whole change. Raises UserError when a
    rule forbids it, when there is no backup where there must be one, or when Pulumi fails.
    """
    intended = allow(spec, client, pulumi, *arguments)
    apply(spec, pulumi, *arguments, rules=bool(intended.steps))


def allow(
    spec: Environment,
    client: docker.DockerClient,
    pulumi: Pulumi,
    *arguments: str,
    changing: bool = False,
) -> Plan:
    """Return what ``pulumi up`` with these arguments would do; UserError when it may not.

    ``changing`` tells that the caller changes something besides.
    """
    ui.step(f"Environment {spec.name}: what would change, and what the rules say")
    intended = plan(pulumi, *packs(pulumi.workspace.repository), *arguments)
    words = " ".join(intended.errors)
    if WRONG_PASSPHRASE in words:
        raise pulumi.failure("nothing was changed", words)
    check(intended, spec.name)
    if changing or intended.changes:
        backups.require(spec, client, pulumi)
    return intended


def apply(spec: Environment, pulumi: Pulumi, *arguments: str, rules: bool = True) -> None:
    """Run ``pulumi up`` on what was allowed; raise UserError when it fails.

    A run that changes nothing is made all the same, because options such as ``protect`` follow
    without being a change. It needs no ``rules``: they were asked about the very same resources.
    """
    asked = packs(pulumi.workspace.repository) if rules else []
    env_file.ensure(pulumi.workspace, spec)
    ui.step(f"Environment {spec.name}: pulumi up")
    code = pulumi.run("up", "--yes", "--skip-preview", *asked, *arguments)
    if code != 0:
        raise UserError(
            f"pulumi up ended with exit code {code}",
            "its message is above; when it is put right, run the same command again",
        )


def check(intended: Plan, environment: str) -> None:
    """Raise UserError for a plan that a mandatory rule forbids, or that Pulumi could not make."""
    stopping = [v for v in intended.violations if v.stops and v.rule != FRESH_BACKUP]
    if stopping:
        noun = "rule forbids" if len(stopping) == 1 else "rules forbid"
        raise UserError(
            f"{len(stopping)} {noun} this change; nothing was changed:\n"
            + "\n".join(f"  {' '.join(v.message.split())}" for v in stopping),
            f"change what the rule names, then run the same command again; "
            f"make policy ENV={environment} asks the rules alone",
        )
    if not intended.complete and not any(v.stops for v in intended.violations):
        raise UserError(
            "pulumi up would fail; nothing was changed:\n" + indented(intended.errors),
            "put right what it says and run the same command again",
        )
    for violation in intended.violations:
        if not violation.stops and violation.rule.removesuffix("-note") != FRESH_BACKUP:
            ui.detail(" ".join(violation.message.split()))


def indented(texts: tuple[str, ...]) -> str:
    """Return the lines of all texts, each with two spaces before it."""
    return "\n".join(f"  {line}" for text in texts for line in text.splitlines())
