"""Known weaknesses of the packages that the lock files name, as far as a service tells.

pip-audit asks the package index. A machine, or an index, that knows nothing of advisories answers
nothing, and that is no clean bill: every package that was not looked up is counted.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from guard.security.model import Looking, Section

TITLE: Final = "Advisories on dependencies"
LOCK_FILES: Final = ("requirements.lock", "app/requirements.lock", "backup/requirements.lock")
SECONDS: Final = 180
_USABLE: Final = (0, 1)
"""Exit codes of pip-audit that come with a document: nothing found, something found."""


def ask(checkout: Path, files: Iterable[str] = LOCK_FILES) -> Section:
    """Ask for every lock file."""
    looking = Looking(TITLE)
    for name in files:
        answer = _asked(checkout / name)
        if isinstance(answer, str):
            looking.unknown.append(f"{name}: {answer}")
        else:
            read(name, answer, looking)
    return looking.section()


def read(name: str, document: Mapping[str, Any], looking: Looking) -> None:
    """Add what pip-audit's document says of the packages of a lock file."""
    skipped = 0
    for package in document["dependencies"]:
        if "skip_reason" in package:
            skipped += 1
            continue
        for found in package["vulns"]:
            fixed = ", ".join(found.get("fix_versions") or ()) or "no version yet"
            looking.find(
                f"{name}: {package['name']} {package['version']}",
                f"{found['id']} is known of it; fixed in {fixed}",
                "raise its bound in pyproject.toml where needed, then make lock",
            )
    known = len(document["dependencies"]) - skipped
    if skipped:
        looking.unknown.append(f"{name}: the index has no advisories for {skipped} packages")
    looking.facts.append(f"{name}: {known} packages looked up")


def _asked(path: Path) -> Mapping[str, Any] | str:
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", str(path), "--disable-pip"),
        *("--no-deps", "--format", "json", "--progress-spinner", "off"),
    ]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        document: Mapping[str, Any] = json.loads(result.stdout)
    except subprocess.TimeoutExpired:
        return f"the index did not answer within {SECONDS} s"
    except ValueError:
        words = result.stderr.strip().splitlines()
        return words[-1][:200] if words else "pip-audit said nothing"
    return document if result.returncode in _USABLE else "pip-audit failed"
