"""Which tests run on one worker, one after the other, and in which order."""

from typing import Final

from xdist.scheduler import LoadFileScheduling

SHARED: Final = "tests/e2e/production/"
"""Its modules share one environment, which each worker would bring up for itself."""


class ByEnvironment(LoadFileScheduling):
    """Modules go to workers as ``--dist loadfile`` has it, those that share one as one."""

    def _split_scope(self, nodeid: str) -> str:
        return SHARED if nodeid.startswith(SHARED) else super()._split_scope(nodeid)
