"""Which run of Pulumi is asking: a preview, an update, or a look at a stored state."""

from dataclasses import dataclass
from typing import Any

from pulumi_policy import policy


@dataclass
class Run:
    """What Pulumi said about its run before it asked the first question."""

    previewing: bool | None = None
    """Whether nothing has been changed yet; None for a stored state, which no run is made for."""


def observed() -> Run:
    """Return what is filled in when Pulumi configures the pack for a stack.

    ``pulumi_policy`` 1.21 is told ``dry_run`` in ``ConfigureStack``, keeps only the stack's tags
    of it and passes no variable on; so its servicer is listened to.
    """
    run = Run()
    servicer: Any = policy._PolicyAnalyzerServicer
    answer = servicer.ConfigureStack

    def listen(self: Any, request: Any, context: Any) -> Any:  # noqa: ANN401 - as in the original
        run.previewing = bool(request.dry_run)
        return answer(self, request, context)

    servicer.ConfigureStack = listen
    return run
