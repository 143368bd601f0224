"""What the running plugin has around it: the daemon, the archive of backups, the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from guard import audit, emergency
from guard.effects import Effect
from guard.endpoint import Endpoint
from guard.world import Proof, WorldError
from guard.world_daemon import DaemonWorld


@dataclass(frozen=True)
class Machine:
    """The daemon at ``endpoint``, the checkout whose archive counts, and the audit log's folder."""

    endpoint: Endpoint
    repository: Path
    audit_folder: Path

    def world(self) -> DaemonWorld:
        """Return a fresh world of the daemon that asks."""
        return DaemonWorld(self.endpoint, self._proof, folder=Path("/"))

    def record(self, entry: Mapping[str, object]) -> None:
        """Write a line of the audit log; raise OSError when that is not possible."""
        audit.append(self.audit_folder, entry)

    def granted(self, effects: Sequence[Effect]) -> bool:
        """Tell whether an emergency grant is for these effects, and use it up."""
        return emergency.take(self.audit_folder, effects)

    def _proof(self, environment: str) -> Proof:
        from infra.backup_gate import backup_status  # noqa: PLC0415 - brings pydantic with it

        try:
            status = backup_status(environment, self.repository)
        except OSError as error:
            raise WorldError(f"the archive of backups cannot be read: {error.strerror}") from None
        return Proof(status.verified, status.reason, status.id)
