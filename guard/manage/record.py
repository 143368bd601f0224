"""Writes what was decided about a command of ``manage.py`` into the audit log.

The application's container has a log of its own, in a volume of the environment, because it sees
no folder of the machine. It has the format and the chain of the machine's log; ``make audit`` and
:mod:`guard.manage.collect` bring it there.
"""

from pathlib import Path
from typing import Final

from guard.audit.entry import decision as entry
from guard.audit.entry import outcome
from guard.audit.writing import record
from guard.decision import Decision, Verdict
from guard.manage.attempt import Attempt
from guard.manage.judging import is_harmless

FRONT: Final = "manage"


def is_recorded(attempt: Attempt, decision: Decision) -> bool:
    """Tell whether the decision belongs into the log: a refusal, or a change where it counts.

    What only looks is left out, and so is what development does to its own data all day.
    """
    if decision.verdict is not Verdict.ALLOW:
        return True
    return attempt.locked and not is_harmless(attempt)


def begun(folder: Path, attempt: Attempt, decision: Decision, backup: str | None) -> int:
    """Write the decision down and return its line's number; OSError when that is not possible."""
    phase = "begun" if decision.verdict is Verdict.ALLOW else "refused"
    more = {"environment": attempt.environment, **({"backup": backup} if backup else {})}
    argv = ["manage.py", *attempt.argv]
    return record(folder, entry(FRONT, argv, decision.as_data(), phase, **more))


def ended(folder: Path, line: int, exit_code: int, milliseconds: float) -> None:
    """Write down how the command of that line ended; OSError when that is not possible."""
    record(folder, outcome(FRONT, line, exit_code, milliseconds))
