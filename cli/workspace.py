"""Where things are: the repository, its git-ignored state, and the variables Pulumi needs."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.errors import UserError

PASSPHRASE_BYTES = 32


@dataclass(frozen=True)
class Workspace:
    """One clone of the repository on one machine."""

    repository: Path

    @property
    def state(self) -> Path:
        """Folder of everything that this clone keeps and git ignores."""
        return self.repository / ".ledgerflow"

    @property
    def bin(self) -> Path:
        """Folder of the fall-back programs of this clone."""
        return self.state / "bin"

    @property
    def pulumi_home(self) -> Path:
        """Pulumi's home when it holds fall-back plugins, apart from the person's own."""
        return self.state / "pulumi-home"

    @property
    def backend(self) -> Path:
        """Folder of Pulumi's file backend."""
        return self.state / "state"

    @property
    def passphrase(self) -> Path:
        """File of the passphrase that encrypts the secrets in configuration and state."""
        return self.state / "passphrase"

    @property
    def python(self) -> Path:
        """Interpreter with the locked dependencies."""
        return self.repository / ".venv" / "bin" / "python"

    def stack_file(self, environment: str) -> Path:
        """Return the file that configures ``environment``."""
        return self.repository / f"Pulumi.{environment}.yaml"

    def prepare(self) -> None:
        """Make the state folder and, once, the passphrase (mode 0600)."""
        self.backend.mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o700)
        if not self.passphrase.exists():
            if any(self.backend.rglob("stacks/*/*.json")):
                raise UserError(
                    f"{self.passphrase} is missing, but there are stacks encrypted with it",
                    "put the file back from where you keep a copy of it",
                )
            _write_private(self.passphrase, secrets.token_urlsafe(PASSPHRASE_BYTES) + "\n")

    def variables(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return what Pulumi needs to find this clone's stacks, as environment variables.

        Explicit choices in ``inherited`` (another backend, another passphrase) are kept.
        """
        own: dict[str, str] = {}
        if "PULUMI_BACKEND_URL" not in inherited:
            own["PULUMI_BACKEND_URL"] = self.backend.as_uri()
        if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(inherited):
            own["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(self.passphrase)
        own["PULUMI_SKIP_UPDATE_CHECK"] = "true"
        if (self.bin / "pulumi").exists():
            own["PATH"] = f"{self.bin}{os.pathsep}{inherited.get('PATH', os.defpath)}"
        if (self.pulumi_home / "plugins").exists():
            own["PULUMI_HOME"] = str(self.pulumi_home)
            own["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
        return own


WORKSPACE: Final = Workspace(Path(__file__).resolve().parents[1])
"""The clone that this program is of."""


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder for what can be made again: downloads and built programs."""
    configured = environ.get("XDG_CACHE_HOME")
    return (Path(configured) if configured else Path.home() / ".cache") / "ledgerflow"


def _write_private(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
