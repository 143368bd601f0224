"""Installs and removes the daemon's authorization plugin, and says how it stands.

Order matters: a daemon that is told of a plugin which does not answer ends. So the plugin comes
first and goes last, and the daemon is told in between. It reads its configuration again on
SIGHUP; no container is touched.
"""

import os
from dataclasses import asdict, dataclass
from typing import Final

from guard.authz.asking import answers
from guard.authz.installing import daemon_config, service
from guard.authz.installing.enforcing import daemon_process, enforced, reload
from guard.authz.installing.places import Places
from guard.authz.installing.problem import AuthorizationError
from guard.authz.installing.selftest import Finding, remove_probe, selftest

PATIENCE_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Status:
    """How the plugin stands on this machine."""

    configured: bool
    """The daemon's configuration names it."""
    answers: bool
    process: int | None
    """Of the supervisor, where no systemd keeps it."""
    enforced: bool | None
    """The daemon asks it; None when the daemon does not answer, or refuses everything."""
    socket: str
    audit: str

    @property
    def healthy(self) -> bool:
        """Whether everything is as an installation leaves it."""
        return self.configured and self.answers and self.enforced is True

    def as_data(self) -> dict[str, object]:
        """Return it for a program."""
        return asdict(self)


def install(places: Places) -> tuple[Finding, ...]:
    """Install the plugin or bring an installation up to date; return the self-test's findings.

    Raises AuthorizationError; after a self-test that failed, everything is undone first.
    """
    _need_root("install")
    if daemon_process(places) is None:
        raise AuthorizationError(
            "no Docker daemon runs that could be asked to obey the plugin",
            "start the daemon, then run the same command again",
        )
    service.start(places)
    daemon_config.add(places.daemon_config, places.plugin)
    try:
        reload(places, wanted=True)
        findings = selftest(places)
    except AuthorizationError:
        remove(places)
        raise
    failed = [finding for finding in findings if not finding.passed]
    if failed:
        remove(places)
        raise AuthorizationError(
            f"the self-test failed, the plugin was removed again: {failed[0].what}: "
            f"{failed[0].answer}",
            f"see {places.log}",
        )
    return findings


def remove(places: Places) -> None:
    """Undo an installation, also one that is half done or broken; raise AuthorizationError."""
    _need_root("remove")
    daemon_config.take_out(places.daemon_config, places.plugin)
    if daemon_process(places) is not None:
        reload(places, wanted=False)
        remove_probe(places)
    service.stop(places)


def ensure_running(places: Places) -> None:
    """Start the plugin when the daemon's configuration names it: before the daemon starts.

    Raises AuthorizationError.
    """
    named = daemon_config.named(places.daemon_config, places.plugin)
    if named and not answers(places.serving.socket, PATIENCE_SECONDS):
        _need_root("start")
        service.start(places)


def status(places: Places) -> Status:
    """Say how the plugin stands; raise AuthorizationError for an unreadable configuration."""
    return Status(
        configured=daemon_config.named(places.daemon_config, places.plugin),
        answers=answers(places.serving.socket, PATIENCE_SECONDS),
        process=service.process(places),
        enforced=enforced(places),
        socket=str(places.serving.socket),
        audit=str(places.serving.audit),
    )


def _need_root(what: str) -> None:
    if os.geteuid() != 0:
        raise AuthorizationError(
            f"only the superuser can {what} the daemon's plugin", "run the same command with sudo"
        )
