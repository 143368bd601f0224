"""Questions to git about one checkout."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


class GitError(Exception):
    """Git refused, or is not there; the message holds its words."""


@dataclass(frozen=True)
class Repository:
    """A checkout: the repository itself or one of its worktrees."""

    folder: Path

    def ask(self, *arguments: str) -> str:
        """Run a git command that only looks and return what it prints; raise GitError."""
        try:
            result = subprocess.run(
                ["git", *arguments], cwd=self.folder, capture_output=True, text=True
            )
        except OSError as error:
            raise GitError(f"git cannot be run: {error.strerror}") from None
        if result.returncode != 0:
            raise GitError(f"git {' '.join(arguments)}: {result.stderr.strip()}")
        return result.stdout.strip()

    def says(self, *arguments: str) -> bool:
        """Return the answer of a git command that answers by its exit code."""
        command = ["git", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True).returncode == 0

    @property
    def top(self) -> Path:
        """The checkout's folder."""
        return Path(self.ask("rev-parse", "--show-toplevel"))

    @property
    def common(self) -> Path:
        """The folder of git that all worktrees share."""
        return (self.folder / self.ask("rev-parse", "--git-common-dir")).resolve()

    @property
    def hooks(self) -> Path:
        """The folder whose hooks git runs, by ``core.hooksPath`` where that is set."""
        return (self.folder / self.ask("rev-parse", "--git-path", "hooks")).resolve()

    def tree(self, commit: str = "HEAD") -> str:
        """Return the id of the tree of a commit."""
        return self.ask("rev-parse", "--verify", f"{commit}^{{tree}}")

    def clean_tree(self) -> str | None:
        """Return the id of HEAD's tree when the checkout holds it and nothing else, else None."""
        if self.ask("status", "--porcelain", "--untracked-files=normal"):
            return None
        return self.tree()
