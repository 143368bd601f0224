"""Run a Python file, folder or module that ends when its parent ends, however that comes about.

    tethered.py PARENT_PID TARGET [ARGUMENT ...]
    tethered.py PARENT_PID -m MODULE [ARGUMENT ...]

It runs in the interpreter of the user's program, which need not have this repository on its path:
only the standard library is used. The kernel sends the signal when the parent's starting thread
ends; the host starts children in threads that live as long as it does. Other systems than Linux
lack that signal, and there a killed host leaves its children to notice the closed connections.
"""

import ctypes
import os
import runpy
import signal
import sys

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def _end_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("The language host ended before its child had started.")


def _run(target: str, arguments: list[str]) -> None:
    """Do what ``python TARGET`` or ``python -m MODULE`` does."""
    if target == "-m":
        module, *rest = arguments
        sys.path[0] = os.getcwd()  # noqa: PTH109 - pathlib would be one more import
        sys.argv = [module, *rest]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    sys.argv = [target, *arguments]
    if os.path.isdir(target):  # noqa: PTH112
        del sys.path[0]  # run_path puts the folder there
    else:
        sys.path[0] = os.path.dirname(os.path.abspath(target))  # noqa: PTH100, PTH120
    runpy.run_path(target, run_name="__main__")


if __name__ == "__main__":
    _end_with(parent=int(sys.argv[1]))
    _run(sys.argv[2], sys.argv[3:])
