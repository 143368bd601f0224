"""The boundaries between the steps of a run, each with a name.

Passing one is logged. Tests stop or kill a run at a named one, so that every state that a crash
can leave behind is tried:

`LEDGERFLOW_BACKUP_AT_STEP=kill:<step>[:<n>]` ends the process with SIGKILL when it passes the
step for the n-th time (1 when left out), `stop:` halts it with SIGSTOP, `fail:` raises OSError
(ENOSPC). `LEDGERFLOW_BACKUP_STEP_TRACE=<file>` appends each passed step's name as a line.
"""

import errno
import logging
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Final

ACT_VARIABLE: Final = "LEDGERFLOW_BACKUP_AT_STEP"
TRACE_VARIABLE: Final = "LEDGERFLOW_BACKUP_STEP_TRACE"

_log = logging.getLogger(__name__)
_passed: Counter[str] = Counter()


def step(name: str) -> None:
    """Pass the boundary `name`: lower case, parts joined by dots, such as `dump.started`."""
    _log.debug("step", extra={"step": name})
    trace, act = os.environ.get(TRACE_VARIABLE), os.environ.get(ACT_VARIABLE)
    if trace:
        with Path(trace).open("a", encoding="utf-8") as lines:
            lines.write(f"{name}\n")
    if act:
        _passed[name] += 1
        _perform(act, name)


def _perform(act: str, name: str) -> None:
    action, _, rest = act.partition(":")
    wanted, _, count = rest.partition(":")
    if wanted != name or _passed[name] != int(count or 1):
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif action == "fail":
        raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)} (asked for at {name})")
    else:
        raise ValueError(f"{ACT_VARIABLE}: unknown action {action!r}")
