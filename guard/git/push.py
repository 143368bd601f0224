"""Decides about a push: rule LF063."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from guard.decision import ALLOWED, Decision, Verdict, strictest
from guard.git import backups, receipt
from guard.git.receipt import ReceiptError
from guard.git.repository import GitError, Repository

RULE: Final = "LF063"
MAIN: Final = "refs/heads/main"
_TEST: Final = "make test on a clean checkout of what is pushed, then push again"


@dataclass(frozen=True)
class Update:
    """One ref that a push would set."""

    local: str
    """The commit; zeros for a deletion."""
    remote_ref: str
    remote: str
    """The commit that the remote has now; zeros for a new ref."""

    @property
    def deletes(self) -> bool:
        """Whether the ref is deleted."""
        return _is_nothing(self.local)


def updates(lines: Iterable[str]) -> Iterator[Update]:
    """Read what git tells a pre-push hook (``githooks(5)``); raise ValueError for anything else."""
    for line in lines:
        if line.strip():
            _, local, remote_ref, remote = line.split()
            yield Update(local, remote_ref, remote)


def judge(pushed: Iterable[Update], repository: Repository) -> Decision:
    """Return whether the push may go; other branches and tags always may."""
    to_main = [update for update in pushed if update.remote_ref == MAIN]
    if not to_main:
        return ALLOWED
    decisions = [_judged(update, repository) for update in to_main]
    refused = strictest(decisions)
    return refused if refused.verdict is Verdict.REFUSE else _backed_up(repository)


def _judged(update: Update, repository: Repository) -> Decision:
    if update.deletes:
        return _refused("the push deletes main", "push a commit that reverts what is wrong with it")
    try:
        receipt.read(repository.common, repository.tree(update.local))
        if not _is_new(update) and not _contains(repository, update):
            return _refused(
                "the push takes commits away from main, or does not know those that are there",
                "git pull --rebase, make test, then push without force; to undo: git revert",
            )
    except ReceiptError as why:
        return _refused(str(why), _TEST)
    except GitError as error:
        return _refused(f"what is pushed cannot be looked at: {error}", _TEST)
    return Decision(Verdict.ALLOW, RULE)


def _backed_up(repository: Repository) -> Decision:
    missing = backups.unproven(repository)
    if not missing:
        return Decision(Verdict.ALLOW, RULE)
    reasons = "; ".join(missing.values())
    commands = ", ".join(f"make backup ENV={name}" for name in missing)
    return Decision(
        Verdict.REFUSE,
        RULE,
        f"main is what environments are renewed from, and {reasons}",
        f"{commands}, then push again",
        tuple(missing),
    )


def _contains(repository: Repository, update: Update) -> bool:
    return repository.says("merge-base", "--is-ancestor", update.remote, update.local)


def _is_new(update: Update) -> bool:
    return _is_nothing(update.remote)


def _is_nothing(commit: str) -> bool:
    return not commit.strip("0")


def _refused(what: str, way: str) -> Decision:
    return Decision(Verdict.REFUSE, RULE, what, way)
