"""Running ``pulumi`` for this clone, and putting right what an interrupted run left behind."""

import json
import os
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli import checkpoint, ui
from cli.errors import UserError
from cli.workspace import Workspace
from infra import conventions

DISARMING = "PULUMI_OPTION_"
"""Variables of this prefix set flags such as --ignore-protect unseen; none gets through."""

WRONG_PASSPHRASE = "incorrect passphrase"  # noqa: S105 - words, no password
"""How Pulumi says it."""


@dataclass(frozen=True)
class Pulumi:
    """The CLI, bound to this clone's state and one stack."""

    workspace: Workspace
    environ: Mapping[str, str]
    stack: str
    config_file: Path | None = None

    def environment(self) -> dict[str, str]:
        """Return the variables of a run, those that disarm protections removed."""
        kept = {k: v for k, v in self.environ.items() if not k.startswith(DISARMING)}
        return {**kept, **self.workspace.variables(self.environ)}

    def run(self, *arguments: str, **variables: str) -> int:
        """Run a command of the stack with our own streams; return its exit code.

        ``variables`` are set for this run alone.
        """
        command = ["pulumi", *arguments, "--stack", self.stack]
        if self.config_file:
            command += ["--config-file", str(self.config_file)]
        environment = {**self.environment(), **variables}
        process = subprocess.Popen(command, env=environment, cwd=self.workspace.repository)
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                # pulumi got the same signal and is finishing its current step
                ui.detail("interrupted; waiting for pulumi to finish the step it is in")

    def read_silently(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command with its output in memory only: it may hold the configuration in clear."""
        command = ["pulumi", *arguments, "--non-interactive", "--stack", self.stack]
        if self.config_file:
            command += ["--config-file", str(self.config_file)]
        return subprocess.run(
            command,
            env={**self.environment(), **variables},
            cwd=self.workspace.repository,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    def read(self, *arguments: str) -> str:
        """Run a command and return what it prints; raise UserError with its words on failure."""
        command = ["pulumi", *arguments, "--stack", self.stack]
        result = subprocess.run(
            command,
            env=self.environment(),
            cwd=self.workspace.repository,
            capture_output=True,
            text=True,
        )
        if result.returncode != 0:
            words = result.stderr.strip() or result.stdout.strip()
            raise self.failure(f"pulumi {' '.join(arguments)} failed", words)
        return result.stdout

    def failure(self, what: str, words: str) -> UserError:
        """Return the error of a command that ended with ``words``, with what to do about them."""
        if WRONG_PASSPHRASE in words:
            return UserError(
                f"{what}: the secrets of {self.stack} are encrypted with another passphrase than "
                f"the one in {self.workspace.passphrase} ({WRONG_PASSPHRASE})",
                "put the file back from where you keep a copy of it",
            )
        return UserError(
            f"{what}: {words}", "when what it says is put right, run the same command again"
        )

    def ensure_stack(self) -> None:
        """Create the stack in the file backend unless it is there."""
        if not self._checkpoint().exists():
            ui.step(f"Stack: creating {self.stack}")
            arguments = ["--config-file", str(self.config_file)] if self.config_file else []
            try:
                self.read("stack", "init", "--secrets-provider", "passphrase", *arguments)
            except UserError as error:
                if WRONG_PASSPHRASE not in error.what:
                    raise
                raise UserError(
                    f"the configuration of {self.stack} was encrypted with another passphrase",
                    f"copy the one it was made with to {self.workspace.passphrase}, or, if "
                    "nothing in the file is encrypted, remove its line encryptionsalt",
                ) from None

    def has_resources(self) -> bool:
        """Tell whether an earlier run left resources in the state."""
        return self._checkpoint().exists() and bool(self._deployment().get("resources"))

    def recorded(self, resource_type: str) -> set[str]:
        """Return the ids of the state's resources of a type (``docker:index/container:…``)."""
        if not self._checkpoint().exists():
            return set()
        resources = self._deployment().get("resources") or []
        return {r["id"] for r in resources if r["type"] == resource_type and "id" in r}

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs as the last complete run left them."""
        if not self._checkpoint().exists():
            return {}
        resources = self._deployment().get("resources") or []
        stack = [r for r in resources if r["type"] == "pulumi:pulumi:Stack"]
        return dict(stack[0].get("outputs") or {}) if stack else {}

    def heal(self) -> None:
        """Undo what a killed run left: its lock, and creations it never recorded.

        The lock of a process that still runs is respected. Pending creations are forgotten,
        because the plugins find what was really made by its name and labels.
        """
        for lock in self._locks():
            if _held_by_living(lock):
                raise UserError(
                    f"another run on stack {self.stack} is in progress (process {lock['pid']})",
                    "wait until it has ended",
                )
            ui.step("Stack: releasing the lock of a run that was killed")
            self.read("cancel", "--yes")
        if self._pending_operations():
            ui.step("Stack: forgetting the steps that a killed run never finished")
            self._forget_pending()

    def _checkpoint(self) -> Path:
        return self._backend() / "stacks" / conventions.PROJECT / f"{self.stack}.json"

    def _backend(self) -> Path:
        return self.workspace.backend / ".pulumi"

    def _locks(self) -> list[dict[str, Any]]:
        folder = self._backend() / "locks" / "organization" / conventions.PROJECT / self.stack
        files = folder.glob("*.json") if folder.is_dir() else []
        return [json.loads(file.read_text()) for file in files]

    def _deployment(self) -> dict[str, Any]:
        try:
            return checkpoint.read(self._checkpoint())
        except checkpoint.DamagedError as error:
            raise checkpoint.damaged(self._checkpoint(), error) from None

    def _pending_operations(self) -> bool:
        return bool(self._deployment().get("pending_operations"))

    def _forget_pending(self) -> None:
        exported = json.loads(self.read("stack", "export"))
        exported["deployment"].pop("pending_operations", None)
        command = ["pulumi", "stack", "import", "--stack", self.stack]
        subprocess.run(
            command,
            env=self.environment(),
            cwd=self.workspace.repository,
            input=json.dumps(exported),
            text=True,
            capture_output=True,
            check=True,
        )


def _held_by_living(lock: Mapping[str, Any]) -> bool:
    if lock.get("hostname") != socket.gethostname():
        return True
    return _runs_pulumi(int(lock["pid"]))


def _runs_pulumi(process: int) -> bool:
    """Tell whether ``process`` is a ``pulumi`` that lives: neither a zombie nor a reused number."""
    try:
        # man proc: "pid (comm) state ..."
        name, state = Path(f"/proc/{process}/stat").read_text().split("(", 1)[1].rsplit(") ", 1)
    except FileNotFoundError:
        return not Path("/proc/self").exists() and _exists(process)
    return name == "pulumi" and not state.startswith("Z")


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
