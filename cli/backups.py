"""The backup that stands before a change of an environment which holds people's own documents.

Rule LF035: before production changes, its newest backup is fresh and was proved by a restore. The
policy pack cannot hold it alone, because it sees neither whether anything changes nor, in an
update, the stack before it has changed. So every command that changes such an environment asks
here, with the plan in its hands.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import docker

from cli import ui
from cli.errors import UserError
from cli.pulumi import Pulumi
from cli.workspace import Workspace
from infra import conventions
from infra.backup_gate import backup_status
from infra.outputs import KNOWN_VOLUMES_OUTPUT
from infra.spec import Environment

VOLUME = "docker:index/volume:Volume"
WITHOUT_BACKUP = "WITHOUT_BACKUP"
"""Variable that holds, in words, why a change may go without a backup."""
RECORD = "changes-without-backup.log"


@dataclass(frozen=True)
class Answer:
    """Whether a change may go ahead as far as backups are concerned, and why, for people."""

    allows: bool
    why: str
    without: str = ""
    """The reason that a person gave for going without a backup."""

    def __str__(self) -> str:
        """Return it as a sentence for people."""
        if self.without:
            return f"WITHOUT ONE ({self.why}), because: {self.without}"
        return self.why


def ask(spec: Environment, client: docker.DockerClient, pulumi: Pulumi) -> Answer | None:
    """Tell whether ``spec`` may change; None where the rule does not apply, as in development."""
    if spec.name not in conventions.LOCKED_ENVIRONMENTS:
        return None
    if is_first_deploy(spec, client, pulumi):
        return Answer(True, "this is the first deploy, there is no data yet that could be lost")
    status = backup_status(spec.name)
    if status.verified:
        return Answer(True, status.reason)
    reason = pulumi.environ.get(WITHOUT_BACKUP, "").strip()
    if reason:
        return Answer(True, status.reason, without=reason)
    return Answer(False, status.reason)


def is_first_deploy(spec: Environment, client: docker.DockerClient, pulumi: Pulumi) -> bool:
    """Tell whether no run of the stack was ever complete, and no data is there from elsewhere.

    Volumes of an interrupted first run are in the state; others on the daemon may hold data.
    """
    if pulumi.outputs().get(KNOWN_VOLUMES_OUTPUT):
        return False
    protected = {conventions.volume_name(spec.name, v.name) for v in spec.volumes if v.protected}
    present = {volume.name for volume in client.volumes.list()} & protected
    return present <= pulumi.recorded(VOLUME)


def check(spec: Environment, client: docker.DockerClient, pulumi: Pulumi) -> Answer | None:
    """Return what allows a change of ``spec``, None where nothing has to; UserError if not."""
    answer = ask(spec, client, pulumi)
    if answer is not None and not answer.allows:
        raise UserError(
            f"LF035: {spec.name} would change, and {answer.why}; nothing was changed",
            remedy(spec.name),
        )
    return answer


def require(spec: Environment, client: docker.DockerClient, pulumi: Pulumi) -> None:
    """Let a change of ``spec`` through, or raise UserError; one without a backup is recorded."""
    answer = check(spec, client, pulumi)
    if answer is None:
        return
    ui.step(f"Backup: {answer}")
    if answer.without:
        _record(pulumi.workspace, spec.name, answer)


def remedy(environment: str) -> str:
    """Return what to do when there is no backup."""
    return (
        f"make backup ENV={environment} (docs/backup/gate.md), or say in words why this "
        f"change may go without one: make up ENV={environment} {WITHOUT_BACKUP}='the reason'"
    )


def _record(workspace: Workspace, environment: str, answer: Answer) -> None:
    """Append a line to the record of such changes, which is in the folder of the state."""
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    reason = " ".join(answer.without.split())
    with (workspace.state / RECORD).open("a", encoding="utf-8") as record:
        record.write(f"{when} {environment}: {answer.why}; reason given: {reason}\n")
    ui.detail(f"recorded in {workspace.state.name}/{RECORD}")
