"""What an entry of the audit log says of every command: when, who, where, and which words."""

import os
from collections.abc import Iterable, Mapping
from typing import Final

from guard.audit.line import EVENT
from guard.audit.redaction import redact

DECISION: Final = "decision"
"""Written before a command runs, or instead of it; :func:`decision` says what it holds."""
OUTCOME: Final = "outcome"
"""Written when a command has ended; ``of`` is the number of its decision's line."""

WORD_CHARACTERS: Final = 2_000
WORDS: Final = 200
"""What is kept of a command: enough to know it, not a script of a megabyte."""


def decision(
    front: str,
    argv: Iterable[str],
    answer: Mapping[str, object],
    phase: str,
    **more: object,
) -> dict[str, object]:
    """Return the entry for one decision.

    ``front`` is who asked: ``ledger_docker``, ``authz``, ``manage``, ``make``, ``git``. ``answer``
    is :meth:`guard.decision.Decision.as_data`; ``phase`` is ``begun`` for a command that is now
    run, ``emergency`` for one that is run although it is refused, ``refused``, or ``explained``
    when nothing was to be run. ``more``: ``exit_code``, ``duration_ms``.
    """
    return {
        EVENT: DECISION,
        "front": front,
        "argv": list(argv),
        "decision": answer.get("verdict"),
        "rule": answer.get("rule"),
        "what": answer.get("what") or None,
        "environments": list(_names(answer.get("environments"))),
        "volumes": list(_names(answer.get("volumes"))),
        "backups": list(_names(answer.get("backups"))),
        "phase": phase,
        **more,
    }


def outcome(front: str, of: int, exit_code: int, duration_ms: float) -> dict[str, object]:
    """Return the entry that says how the command of line ``of`` ended; codes as of a shell."""
    return {
        EVENT: OUTCOME,
        "front": front,
        "of": of,
        "exit_code": exit_code,
        "duration_ms": round(duration_ms, 1),
    }


def complete(entry: Mapping[str, object], now: float) -> dict[str, object]:
    """Return ``entry`` with time, user, host, process and directory, its words redacted.

    ``now`` is in seconds since 1970. What the entry says itself of these is kept.
    """
    entry = dict(entry)
    entry.setdefault(EVENT, DECISION)
    if "verdict" in entry:  # as guard.decision calls it
        entry.setdefault("decision", entry.pop("verdict"))
    argv = entry.get("argv")
    words = {} if argv is None else {"argv": _shortened(redact([str(w) for w in _names(argv)]))}
    return {
        "time": stamp(now),
        "user": _user(os.geteuid()),
        **_before_sudo(os.environ),
        "host": os.uname().nodename,
        "pid": os.getpid(),
        "directory": _directory(),
        **entry,
        **words,
        **({"what": redact([what])[0]} if isinstance(what := entry.get("what"), str) else {}),
    }


def stamp(now: float) -> str:
    """Return a moment (seconds since 1970) in UTC, ISO 8601 with milliseconds."""
    from datetime import UTC, datetime  # noqa: PLC0415 - shared with nothing on the quick path

    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")


def _user(number: int) -> str:
    import pwd  # noqa: PLC0415

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"


def _before_sudo(variables: Mapping[str, str]) -> dict[str, str]:
    """Return who called sudo, by sudo's own variable: a hint for people, not a proof."""
    name = variables.get("SUDO_USER")
    return {"sudo_user": name} if name else {}


def _directory() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - pathlib would import more than this needs
    except FileNotFoundError:
        return "(deleted)"


def _names(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else ()


def _shortened(argv: list[str]) -> list[str]:
    kept = [
        word
        if len(word) <= WORD_CHARACTERS
        else f"{word[:WORD_CHARACTERS]}… ({len(word) - WORD_CHARACTERS} more characters)"
        for word in argv[:WORDS]
    ]
    return kept if len(argv) <= WORDS else [*kept, f"… ({len(argv) - WORDS} more words)"]
