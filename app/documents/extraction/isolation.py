"""What the child takes away from itself before it opens a file.

Limits of resources by ``setrlimit(2)``; no network, no other program and no tracing by a seccomp
filter, which needs no privilege and holds inside containers (kernel documentation,
userspace-api/seccomp_filter). Where the kernel has no such filter, an audit hook refuses sockets
made by Python; that stops libraries, not hostile native code, and the answer says so.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import Final

from documents.extraction.request import Limits

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_FILTER_MODE: Final = 2
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 1  # EPERM
_LOAD: Final = 0x20
_JUMP_EQUAL: Final = 0x15
_JUMP_NOT_LESS: Final = 0x35
_RETURN: Final = 0x06
_X32: Final = 0x40000000
"""Numbers from here on are x86's second table of the same calls."""

_MACHINES: Final = {  # AUDIT_ARCH, network calls, calls that start programs
    "x86_64": (0xC000003E, (41, 53, 42, 49, 101, 310, 425), (59, 322)),
    "aarch64": (0xC00000B7, (198, 199, 203, 200, 117, 270, 425), (221, 281)),
}
"""socket, socketpair, connect, bind, ptrace, process_vm_readv, io_uring_setup; execve, execveat."""


def limit_resources(limits: Limits) -> None:
    """Set what this process may use, for good; die with the parent, and before it.

    When the container's memory is short, the kernel ends this process and not the worker.
    """
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    Path("/proc/self/oom_score_adj").write_text("1000")
    for name, most, hard in (
        (resource.RLIMIT_AS, limits.memory, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu, limits.cpu + 1),  # SIGXCPU first, which has a name
        (resource.RLIMIT_FSIZE, limits.file, limits.file),
        (resource.RLIMIT_NOFILE, 128, 128),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, highest = resource.getrlimit(name)
        top = hard if highest == resource.RLIM_INFINITY else min(hard, highest)
        resource.setrlimit(name, (min(most, top), top))
    os.nice(5)


def cut_network(*, may_start_programs: bool) -> str:
    """Refuse sockets from now on; return how: ``seccomp`` or ``audit``."""
    sys.addaudithook(_refuse_sockets)
    return "seccomp" if _filter(may_start_programs) else "audit"


def _refuse_sockets(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith("socket."):
        raise PermissionError("no network here")


def _filter(may_start_programs: bool) -> bool:
    known = _MACHINES.get(platform.machine())
    if known is None:
        return False
    architecture, network, programs = known
    refused = network if may_start_programs else network + programs
    code = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, 0),
        # A jump counts the lines it skips: to the last one, which refuses.
        (_JUMP_NOT_LESS, len(refused) + 1, 0, _X32),
        *((_JUMP_EQUAL, len(refused) - at, 0, call) for at, call in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    instructions = b"".join(struct.pack("<HBBI", *line) for line in code)
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code), ctypes.addressof(buffer)))
    libc = _libc()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, program, 0, 0) == 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
