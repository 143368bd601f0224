"""The docker client: where it is, and running it as if it had been called directly."""

import os
import signal
from collections.abc import Mapping, Sequence
from typing import Final

from guard.audit.place import REPOSITORY
from guard.command.codes import SIGNALLED

LAUNCHER: Final = REPOSITORY / "ledger_docker"
DEPTH: Final = "LEDGERFLOW_GUARD_DEPTH"
"""Variable that counts how often ``ledger_docker`` called a docker that was itself."""
DEEPEST: Final = 3

_SIGNALS: Final = (
    *(signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT),
    *(signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH, signal.SIGUSR1, signal.SIGUSR2),
)
_RESTORED: Final = (signal.SIGPIPE, signal.SIGXFSZ)
"""Python ignores them, which a program started by it would inherit."""
_OF_TERMINALS: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGWINCH)
"""A terminal sends them to all its processes, the client too."""


class ClientError(Exception):
    """The client cannot be run; the message says why and what to do."""


def command(program: str, words: Sequence[str], variables: Mapping[str, str]) -> list[str]:
    """Return the words to run, the first a path; raise ClientError when there is no client.

    ``docker-compose`` without a program of that name is ``docker compose``.
    """
    if int(variables.get(DEPTH) or 0) >= DEEPEST:
        raise ClientError(
            "the docker on PATH calls ledger_docker again; put the real client on PATH"
        )
    path = _found(program, variables)
    if path is None and program == "docker-compose":
        program, words = "docker", ("compose", *words)
        path = _found(program, variables)
    if path is None:
        raise ClientError(
            "docker is not installed, or not on PATH; install the docker client and run this again"
        )
    return [path, *words]


def deeper(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the client gets."""
    return {**variables, DEPTH: str(int(variables.get(DEPTH) or 0) + 1)}


def _found(program: str, variables: Mapping[str, str]) -> str | None:
    """Return the path of a program, which is never ``ledger_docker`` under its name."""
    for folder in variables.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder or ".", program)  # noqa: PTH118 - every command passes here
        if os.access(path, os.X_OK) and os.path.isfile(path):  # noqa: PTH113
            if os.path.realpath(path) == str(LAUNCHER):
                continue
            return path
    return None


def replace(words: Sequence[str], variables: Mapping[str, str]) -> None:
    """Let the client take this process's place; raise ClientError when it cannot be run."""
    for each in _RESTORED:
        signal.signal(each, signal.SIG_DFL)
    try:
        os.execve(words[0], list(words), deeper(variables))  # noqa: S606
    except OSError as error:
        raise ClientError(f"{words[0]} cannot be run: {error.strerror}") from None


def run(words: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run the client with this process's streams and return its exit code.

    Signals sent to this process go on to the client; those of a terminal reach it anyway. When the
    client is stopped, this process stops with it. 128 plus its number for an end by a signal.
    Raises ClientError when it cannot be run.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        child = os.posix_spawn(
            words[0], list(words), deeper(variables), setsigmask=before, setsigdef=_RESTORED
        )
        return _attended(child)
    except OSError as error:
        raise ClientError(f"{words[0]} cannot be run: {error.strerror}") from None
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _attended(child: int) -> int:
    while True:
        number, sent = _next_signal()
        if number != signal.SIGCHLD:
            if sent:
                os.kill(child, number)
            continue
        ended, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED)
        if not ended:
            continue
        if os.WIFSTOPPED(status):
            os.kill(os.getpid(), signal.SIGSTOP)
            os.kill(child, signal.SIGCONT)
        elif os.WIFSIGNALED(status):
            return SIGNALLED + os.WTERMSIG(status)
        else:
            return os.WEXITSTATUS(status)


def _next_signal() -> tuple[int, bool]:
    """Wait for a signal; return it, and whether a process sent it rather than the terminal."""
    if hasattr(signal, "sigwaitinfo"):
        found = signal.sigwaitinfo(_SIGNALS)
        return found.si_signo, found.si_code <= 0
    number = signal.sigwait(_SIGNALS)  # macOS does not say who sent it
    return number, number not in _OF_TERMINALS
