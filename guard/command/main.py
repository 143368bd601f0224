"""The entry: our own verbs, or a docker command."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from guard.command import codes
from guard.command.client import ClientError
from guard.command.options import OWN_VERBS, USAGE, Options, UsageError, parse
from guard.command.session import Session, say


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``ledger_docker`` with these words; return the exit code."""
    try:
        return _run(sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:
        return codes.SIGNALLED + signal.SIGINT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return codes.SIGNALLED + signal.SIGPIPE
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    from guard.fake import FakeFileError  # noqa: PLC0415
    from guard.world import WorldError  # noqa: PLC0415

    if isinstance(error, UsageError | FakeFileError):
        say(str(error), "ledger_docker --guard-help lists its own verbs and options")
        return codes.USAGE
    if isinstance(error, ClientError):
        say(str(error))
        return codes.NOT_FOUND
    if isinstance(error, WorldError):
        say(str(error), "see that the Docker engine runs, then run the same command again")
    else:
        say(f"the guard failed, and nothing more is run: {type(error).__name__}: {error}")
    return codes.FAILED


def _run(argv: Sequence[str]) -> int:
    options = parse(argv)
    if options.usage:
        print(USAGE, end="")
        return codes.DONE
    fake = None
    if options.fake:
        from guard.fake import load  # noqa: PLC0415 - for demonstrations only

        fake = load(Path(options.fake))
    session = Session(options, os.environ, _directory(), fake)
    if options.words[:1] and options.words[0] in OWN_VERBS:
        return _own(session, options)
    from guard.command.running import run  # noqa: PLC0415 - our own verbs go without

    return run(session)


def _own(session: Session, options: Options) -> int:
    verb, *rest = options.words
    if verb == "volumes":
        from guard.command.volumes import volumes  # noqa: PLC0415

        return volumes(session, rest)
    if verb == "audit":
        from guard.command.audits import audit  # noqa: PLC0415

        return audit(session, rest)
    if verb == "emergency":
        from guard.command.emergency import emergency  # noqa: PLC0415

        return emergency(session, rest)
    from guard.command.authorization import authorization  # noqa: PLC0415

    return authorization(session, rest)


def _directory() -> Path:
    """Return the folder the command was typed in, as the shell names it."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")
