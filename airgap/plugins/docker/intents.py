"""Which names this project has set out to create: how a left-over is told from a stranger.

A run that is killed between `docker create` and the engine's note in the state leaves something
that the state does not know. The labels alone cannot prove whose it is: another clone of the same
project asks for the same names and labels. So each creation is declared first, in a file named
after the project's folder, the resource's URN and the name in Docker.
"""

import hashlib
import os
from pathlib import Path


class Intents:
    """Declared creations, one empty file each, below `folder`."""

    def __init__(self, folder: Path, project: Path) -> None:
        self._folder = folder
        self._project = project

    @classmethod
    def of_this_process(cls) -> "Intents":
        """In Pulumi's home; the engine starts plugins in the project's folder."""
        home = os.environ.get("PULUMI_HOME")
        root = Path(home) if home else Path.home() / ".pulumi"
        return cls(root / "ledgerflow" / "intents", Path.cwd())

    def declare(self, urn: str, name: str) -> None:
        """Before creating `name`; without a writable home a left-over is a stranger later."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file(urn, name).touch()
        except OSError:
            return

    def declared(self, urn: str, name: str) -> bool:
        """Whether this project set out to create `name` as the resource `urn` before."""
        return self._file(urn, name).exists()

    def withdraw(self, urn: str, name: str) -> None:
        """After removing it."""
        try:
            self._file(urn, name).unlink(missing_ok=True)
        except OSError:
            return

    def _file(self, urn: str, name: str) -> Path:
        text = "\n".join((str(self._project), urn, name))
        return self._folder / hashlib.sha256(text.encode()).hexdigest()
