"""Whether the environments of this machine are backed up.

An environment is here when its stack has resources in the state of this checkout, or of the one
whose worktree this is. On a developer's machine that is ``dev`` or nothing, and production is not
asked about: its data is not within reach of what is pushed from there.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from guard.git.repository import Repository
from guard.world import Proof
from infra.conventions import ENVIRONMENTS, PROJECT

STATE: Final = Path(".ledgerflow") / "state" / ".pulumi" / "stacks" / PROJECT


def unproven(repository: Repository) -> dict[str, str]:
    """Return this machine's environments without a backup that counts, each with the reason."""
    found = {}
    for environment, checkout in environments(repository):
        proof = _proof(environment, checkout)
        if not proof.verified:
            found[environment] = proof.reason
    return found


def environments(repository: Repository) -> Iterator[tuple[str, Path]]:
    """Yield each environment that is here, with the checkout whose state has it."""
    checkouts = dict.fromkeys((repository.top, repository.common.parent))
    for environment in ENVIRONMENTS:
        for checkout in checkouts:
            if _has_resources(checkout / STATE / f"{environment}.json"):
                yield environment, checkout
                break


def _has_resources(checkpoint: Path) -> bool:
    """Tell whether a stack has resources; one that cannot be read counts as having some."""
    if not checkpoint.is_file():
        return False
    try:
        latest = json.loads(checkpoint.read_bytes())["checkpoint"]["latest"] or {}
        return bool(latest.get("resources"))
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return True


def _proof(environment: str, checkout: Path) -> Proof:
    from infra.backup_gate import backup_status  # noqa: PLC0415 - brings pydantic with it

    status = backup_status(environment, checkout)
    return Proof(status.verified, status.reason, status.id)
