"""Installs the pre-push hook where git looks for it, before the one that is there already."""

import shlex
from pathlib import Path
from typing import Final

from guard.git.repository import Repository

NAME: Final = "pre-push"
BEFORE: Final = "pre-push.before-ledgerflow"
"""The name under which the hook that was there goes on being run."""
MARK: Final = "# LedgerFlow's pre-push hook: make hooks"
_SCRIPT: Final = """\
#!/bin/sh
{mark}
# It asks the guard about pushes of its own repository; then comes the hook that was here before.
set -eu
input=$(cat)
folder=$(dirname "$0")
common=$(cd "$(git rev-parse --git-common-dir)" && pwd -P)
if [ "$common" = {common} ]; then
    checkout=$(git rev-parse --show-toplevel 2>/dev/null || echo {checkout})
    [ -f "$checkout/guard/git/__main__.py" ] || checkout={checkout}
    python="$checkout/.venv/bin/python"
    [ -x "$python" ] || python={checkout}/.venv/bin/python
    if [ ! -x "$python" ] || [ ! -f "$checkout/guard/git/__main__.py" ]; then
        echo "refused by LF063: the guard of LedgerFlow is not where make hooks found it" >&2
        echo "  -> make hooks in a checkout of LedgerFlow, then push again" >&2
        exit 1
    fi
    here=$(pwd -P)
    printf '%s\\n' "$input" | PYTHONPATH="$checkout" "$python" -m guard.git pre-push --in "$here"
fi
if [ -x "$folder/{before}" ]; then
    printf '%s\\n' "$input" | "$folder/{before}" "$@"
fi
"""


class HookError(Exception):
    """The hook cannot be installed: one line of what happened, one of what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def install(repository: Repository) -> tuple[Path, bool]:
    """Install or renew the hook; return its path and whether another hook is run after it."""
    path, before = _paths(repository)
    path.parent.mkdir(parents=True, exist_ok=True)
    if (path.exists() or path.is_symlink()) and not is_ours(path):
        if before.exists():
            raise HookError(
                f"both {path} and {before.name} are hooks of others",
                "put what both do into one file, then make hooks again",
            )
        path.rename(before)
    fresh = path.with_name(f".{NAME}.new")
    fresh.write_text(_script(repository), encoding="utf-8")
    fresh.chmod(0o755)
    fresh.rename(path)
    return path, before.exists()


def remove(repository: Repository) -> Path | None:
    """Remove the hook and put back the one from before; None when it was not installed."""
    path, before = _paths(repository)
    if not is_ours(path):
        return None
    path.unlink()
    if before.exists():
        before.rename(path)
    return path


def is_ours(path: Path) -> bool:
    """Tell whether the file is the hook that :func:`install` writes."""
    try:
        return MARK in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _paths(repository: Repository) -> tuple[Path, Path]:
    return repository.hooks / NAME, repository.hooks / BEFORE


def _script(repository: Repository) -> str:
    return _SCRIPT.format(
        mark=MARK,
        before=BEFORE,
        common=shlex.quote(str(repository.common)),
        checkout=shlex.quote(str(repository.top)),
    )
