"""Programs that run other programs: where in their arguments the other one begins."""

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

SHELLS: Final = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "rbash", "mksh"})

_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


class _Wrapper(NamedTuple):
    """How a wrapper's own arguments look."""

    valued: str = ""
    """Its short options that take a value."""
    long: frozenset[str] = frozenset()
    """Its long options whose value is the next word."""
    positional: int = 0
    """How many words stand before the command."""
    assigns: bool = False
    """Whether assignments may stand before the command."""


_WRAPPERS: Final = MappingProxyType(
    {
        "busybox": _Wrapper(),
        "builtin": _Wrapper(),
        "chroot": _Wrapper(positional=1),
        "chpst": _Wrapper("ubemdoflrtc"),
        "command": _Wrapper(),
        "doas": _Wrapper("uC"),
        "docker-entrypoint.sh": _Wrapper(),
        "dumb-init": _Wrapper("r"),
        "env": _Wrapper("uC", frozenset({"--unset", "--chdir"}), assigns=True),
        "exec": _Wrapper("a"),
        "flock": _Wrapper("wE", frozenset({"--timeout"}), positional=1),
        "gosu": _Wrapper(positional=1),
        "ionice": _Wrapper("cn", frozenset({"--class", "--classdata"})),
        "nice": _Wrapper("n", frozenset({"--adjustment"})),
        "nohup": _Wrapper(),
        "nsenter": _Wrapper("tSG", frozenset({"--target", "--setuid", "--setgid"})),
        "parallel": _Wrapper("jIN", frozenset({"--jobs"})),
        "runuser": _Wrapper("ugG", frozenset({"--user", "--group"})),
        "setpriv": _Wrapper("", frozenset({"--reuid", "--regid", "--groups"})),
        "setsid": _Wrapper(),
        "stdbuf": _Wrapper("ioe", frozenset({"--input", "--output", "--error"})),
        "strace": _Wrapper("eopsu"),
        "su-exec": _Wrapper(positional=1),
        "sudo": _Wrapper("ugpCDhrtTR", frozenset({"--user", "--group", "--chdir"}), assigns=True),
        "time": _Wrapper("of", frozenset({"--format", "--output"})),
        "timeout": _Wrapper("ks", frozenset({"--kill-after", "--signal"}), positional=1),
        "tini": _Wrapper("pe"),
        "toybox": _Wrapper(),
        "unshare": _Wrapper("SG"),
        "watch": _Wrapper("n", frozenset({"--interval"})),
        "xargs": _Wrapper(
            "aEIdLnPs", frozenset({"--arg-file", "--delimiter", "--max-args", "--max-procs"})
        ),
    }
)
_FILES: Final = frozenset({"--rcfile", "--init-file"})
_SPLITS: Final = ("-S", "--split-string")


def inner(words: Sequence[str]) -> tuple[str, ...] | str | None:
    """Return the command that a wrapper runs, as words or as a script; None for other programs.

    A wrapper without a command (``env``) runs none.
    """
    name = words[0].rpartition("/")[2] if words else ""
    if name == "eval":
        return " ".join(words[1:])
    wrapper = _WRAPPERS.get(name)
    if wrapper is None:
        return None
    rest = list(words[1:])
    while rest and rest[0].startswith("-") and rest[0] != "-":
        option = rest.pop(0)
        if option == "--":
            break
        if name == "env" and option.startswith(_SPLITS):
            value = option.removeprefix(_SPLITS[0]).removeprefix(_SPLITS[1]).removeprefix("=")
            return " ".join([value, *rest])
        if rest and _takes_next(option, wrapper):
            rest.pop(0)
    while rest and wrapper.assigns and _ASSIGNMENT.match(rest[0]):
        rest.pop(0)
    return tuple(rest[wrapper.positional :])


def script_of(words: Sequence[str]) -> str | None:
    """Return the script that a shell, or ``su``, is given with ``-c``; None when there is none."""
    rest = list(words[1:])
    asked = False
    while rest:
        option = rest.pop(0)
        if option.startswith("--command="):
            return option.partition("=")[2]
        if option == "--":
            return rest[0] if asked and rest else None
        if not option.startswith(("-", "+")) or option == "-":
            if asked:
                return option
            if words[0].rpartition("/")[2] in SHELLS:
                return None
        elif option == "--command":
            asked = True
        elif option in _FILES or (not option.startswith("--") and "o" in option.lower()):
            asked = asked or (option not in _FILES and "c" in option)
            del rest[:1]
        elif not option.startswith("--"):
            asked = asked or "c" in option
    return None


def _takes_next(option: str, wrapper: _Wrapper) -> bool:
    if option.startswith("--"):
        return option in wrapper.long
    for place, letter in enumerate(option[1:], start=1):
        if letter in wrapper.valued:
            return place == len(option) - 1
    return False
