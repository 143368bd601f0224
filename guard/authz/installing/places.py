"""Where the plugin's parts lie on a machine; every one can be another."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from guard.audit.place import folder as audit_folder
from guard.authz.process import Serving

REPOSITORY: Final = Path(__file__).resolve().parents[3]
PLUGIN: Final = "ledgerflow"


@dataclass(frozen=True)
class Places:
    """The defaults are those of a machine whose daemon is Docker's or Debian's package."""

    plugin: str = PLUGIN
    """The plugin's name in the daemon's configuration."""
    sockets: Path = Path("/run/docker/plugins")
    """Where the daemon looks for plugins by their name."""
    daemon_config: Path = Path("/etc/docker/daemon.json")
    daemon_pid_file: Path = Path("/var/run/docker.pid")
    docker: str = "unix:///var/run/docker.sock"
    repository: Path = REPOSITORY
    audit: Path | None = None
    """None for the audit log of ``ledger_docker``."""
    state: Path = Path("/run/ledgerflow")
    log: Path = Path("/var/log/ledgerflow-authz.log")
    units: Path | None = Path("/etc/systemd/system")
    """Where systemd takes its units from; None where no systemd runs."""

    @property
    def serving(self) -> Serving:
        """What the plugin's processes are told."""
        return Serving(
            socket=self.sockets / f"{self.plugin}.sock",
            docker=self.docker,
            repository=self.repository,
            audit=self.audit or audit_folder(os.environ, self.repository),
            pid_file=self.state / f"{self.plugin}.pid",
        )


def of_this_machine() -> Places:
    """Return the usual places; systemd counts where it is the machine's first process."""
    return Places() if Path("/run/systemd/system").is_dir() else Places(units=None)
