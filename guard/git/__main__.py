"""``python -m guard.git``: what stands behind ``make hooks``, ``make receipt`` and ``make test``.

Exit codes: 0 done or allowed; 1 refused, or something a message explains; ``run`` has the exit code
of the command that it runs.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from guard.audit import append, place
from guard.audit.entry import decision as entry
from guard.decision import Decision, Verdict
from guard.git import backups, hook, push, receipt
from guard.git.hook import HookError
from guard.git.receipt import ReceiptError
from guard.git.repository import GitError, Repository

SELECTS_TESTS: Final = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Variables by which a run would leave tests out; none gets through."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    repository = Repository(options.folder)
    try:
        return int(COMMANDS[options.command](repository, options))
    except HookError as error:
        return _fail(error.what, error.remedy)
    except GitError as error:
        return _fail(str(error), "run this in a checkout of LedgerFlow")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m guard.git")
    parser.add_argument("--in", dest="folder", type=Path, default=Path.cwd())
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("install", "remove", "show", "pre-push", "run"):
        command = commands.add_parser(name)
        command.add_argument("--in", dest="folder", type=Path, default=argparse.SUPPRESS)
        if name == "show":
            command.add_argument("--json", action="store_true", dest="as_json")
        if name == "run":
            command.add_argument("words", nargs="+", help="after --")
    return parser


def _install(repository: Repository, _: argparse.Namespace) -> int:
    path, chained = hook.install(repository)
    print(f"{path} asks for a receipt before main is pushed" + _CHAINED * chained)
    return 0


_CHAINED: Final = f"; then it runs the hook that was there, now {hook.BEFORE}"


def _remove(repository: Repository, _: argparse.Namespace) -> int:
    path = hook.remove(repository)
    print("no hook of LedgerFlow's is installed" if path is None else f"{path} is removed")
    return 0


def _show(repository: Repository, options: argparse.Namespace) -> int:
    tree = repository.tree()
    try:
        found = receipt.read(repository.common, tree)
        said = f"tests passed {found.finished}, in {found.seconds} s"
    except ReceiptError as why:
        found, said = None, str(why)
    clean = repository.clean_tree() is not None
    missing = backups.unproven(repository)
    here = [name for name, _ in backups.environments(repository)]
    if options.as_json:
        data = {
            "tree": tree,
            "clean": clean,
            "receipt": json.loads(receipt.text(found)) if found else None,
            "environments": here,
            "unproven": missing,
        }
        print(json.dumps(data, indent=2))
    else:
        print(f"tree {tree}: {said}")
        if not clean:
            print("the checkout holds more than that tree: commit it, then make test")
        print(f"environments of this machine: {', '.join(here) or 'none'}")
        for environment, reason in missing.items():
            print(f"{environment}: NO: {reason}")
    return 0 if found and not missing else 1


def _run(repository: Repository, options: argparse.Namespace) -> int:
    """Run the tests, and leave a receipt when they pass on a tree that stayed the same."""
    before, begun = _clean_tree(repository), time.monotonic()
    kept = {name: value for name, value in os.environ.items() if name not in SELECTS_TESTS}
    code = subprocess.run(options.words, cwd=repository.folder, env=kept).returncode
    if code != 0:
        return code
    if before is None or _clean_tree(repository) != before:
        print("no receipt: the checkout is not a commit and nothing else", file=sys.stderr)
        return 0
    made = receipt.receipt(before, datetime.now(UTC), time.monotonic() - begun)
    print(f"receipt: {receipt.write(repository.common, made)}", file=sys.stderr)
    return 0


def _clean_tree(repository: Repository) -> str | None:
    """Return the tree that the checkout is; None where git knows none: tests run there as well."""
    try:
        return repository.clean_tree()
    except GitError:
        return None


def _pre_push(repository: Repository, _: argparse.Namespace) -> int:
    try:
        pushed = list(push.updates(sys.stdin))
    except ValueError:
        return _fail("git said something that is no push", "git push, without calling the hook")
    decision = push.judge(pushed, repository)
    if decision.rule is not None:
        _record(decision, [update.remote_ref for update in pushed])
    if decision.verdict is Verdict.ALLOW:
        return 0
    print(f"refused by {decision.rule}: {decision.what}\n  -> {decision.way}", file=sys.stderr)
    return 1


def _record(decision: Decision, refs: list[str]) -> None:
    """Write the decision down; a push that cannot be written down destroys nothing here."""
    phase = "begun" if decision.verdict is Verdict.ALLOW else "refused"
    argv = ["git", "push", *refs]
    try:
        append(place.folder(os.environ), entry("git", argv, decision.as_data(), phase))
    except OSError as error:
        print(f"note: the audit log cannot be written: {error.strerror}", file=sys.stderr)


def _fail(what: str, remedy: str) -> int:
    print(f"error: {what}\n  -> {remedy}", file=sys.stderr)
    return 1


COMMANDS: Final = {
    "install": _install,
    "remove": _remove,
    "show": _show,
    "run": _run,
    "pre-push": _pre_push,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
