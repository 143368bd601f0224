"""Receipts: all tests passed on exactly this tree.

A receipt lies in the folder of git that all worktrees share, under the id of the tree, so it holds
for every commit with that content, on whatever branch. Its seal tells that it is whole; it is no
signature, and whoever may write there can make one. CI makes its own.
"""

import hashlib
import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

FOLDER: Final = Path("ledgerflow") / "receipts"
TESTS: Final = "make test"


class ReceiptError(Exception):
    """There is no receipt that counts; the message says why."""


@dataclass(frozen=True)
class Receipt:
    """What was tested, by which command, when and on what."""

    tree: str
    command: str
    finished: str
    """UTC, ISO 8601."""
    seconds: int
    python: str
    machine: str


def receipt(tree: str, now: datetime, seconds: float) -> Receipt:
    """Return the receipt of a run that just ended well."""
    return Receipt(
        tree=tree,
        command=TESTS,
        finished=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        seconds=round(seconds),
        python=platform.python_version(),
        machine=f"{platform.system()} {platform.machine()}",
    )


def write(common: Path, made: Receipt) -> Path:
    """Keep the receipt in git's shared folder; return its path."""
    path = _path(common, made.tree)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(text(made), encoding="utf-8")
    fresh.rename(path)
    return path


def read(common: Path, tree: str) -> Receipt:
    """Return the receipt of a tree; raise ReceiptError when there is none, or a damaged one."""
    try:
        content = json.loads(_path(common, tree).read_text(encoding="utf-8"))
        found = Receipt(**{key: value for key, value in content.items() if key != "seal"})
    except FileNotFoundError:
        raise ReceiptError(f"no receipt says that the tests passed for tree {tree[:12]}") from None
    except (OSError, ValueError, TypeError, AttributeError):
        raise ReceiptError(f"the receipt of tree {tree[:12]} cannot be read") from None
    if found.tree != tree or content.get("seal") != _seal(found):
        raise ReceiptError(f"the receipt of tree {tree[:12]} was changed since it was written")
    return found


def text(made: Receipt) -> str:
    """Return the receipt as a file."""
    return json.dumps({**asdict(made), "seal": _seal(made)}, indent=1, sort_keys=True) + "\n"


def _seal(made: Receipt) -> str:
    return hashlib.sha256(json.dumps(asdict(made), sort_keys=True).encode()).hexdigest()


def _path(common: Path, tree: str) -> Path:
    return common / FOLDER / f"{tree}.json"
