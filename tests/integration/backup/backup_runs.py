"""The command `ledgerflow-backup` against one test's own database and archive."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from postgres import SERVER_USER, Postgres

from backup.catalog import Catalog, Entry
from backup.settings import PREFIX, Settings, load

SQL = Path(__file__).parent
COMMAND = "import sys; from backup.command import main; sys.exit(main())"


@dataclass
class Backups:
    """One test's database, archive and scratch folder, and the command on them."""

    server: Postgres
    folder: Path
    database: str
    repository: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """The command's environment."""
        own = {
            "ENVIRONMENT": "dev",
            "ARCHIVE": str(self.folder / "archive"),
            "HOST": str(self.server.folder),
            "PORT": str(self.server.port),
            "DATABASE": self.database,
            "SCRATCH": str(self.folder / "scratch"),
            "SERVER_USER": SERVER_USER,
            **self.more,
        }
        return {
            "PATH": self.server.programs.path,
            "PYTHONPATH": str(self.repository),
            **{f"{PREFIX}{name}": value for name, value in own.items()},
        }

    @property
    def settings(self) -> Settings:
        """What the command is told."""
        return load(self.variables)

    def start(self, *words: str, **variables: str) -> "subprocess.Popen[str]":
        """Start `ledgerflow-backup` with `words`."""
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *words],
            env={**self.variables, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run `ledgerflow-backup` with `words` to its end."""
        with self.start(*words, **variables) as process:
            out, err = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def entries(self) -> list[Entry]:
        """What the archive lists."""
        return Catalog(self.settings.folder).entries()

    def files(self) -> list[str]:
        """Names of what is in the archive and the scratch folder, less the memory of runs."""
        found = [*self.settings.folder.glob("*"), *self.settings.folder.glob(".*")]
        found += self.settings.scratch.glob("*")
        names = {path.name for path in found} - {".lock"}
        return sorted(name for name in names if not name.startswith(".last-"))

    def execute(self, sql: str) -> None:
        """Run SQL in the database."""
        with self.server.connect(self.database) as session:
            session.execute(sql)
