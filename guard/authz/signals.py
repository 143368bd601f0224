"""What a signal to a container's first process, and a grace in seconds, amount to.

Source of the spellings: moby, ``pkg/signal``: a number, or a name in any case with or without SIG.
"""

import re
import signal
from typing import Final

from guard.effects import Effect, KillContainer, Look, StopContainer

NUMBER: Final = re.compile(r"\+?0*([0-9]{1,3})", re.ASCII)
HARMLESS: Final = ("HUP", "USR1", "USR2", "WINCH", "CONT", "URG", "CHLD")
"""Signals that servers take for "read your settings again" or the like."""
GRACEFUL: Final = ("TERM", "INT", "STOP", "TSTP")
"""The server may finish what it does, or is only held."""


def signalled(container: str, text: str, default: str) -> Effect:
    """Return what sending the signal called ``text`` does; an unknown one counts as a kill."""
    name = _name(text or default)
    if name in HARMLESS:
        return Look(f"signal {name}")
    return StopContainer(container) if name in GRACEFUL else KillContainer(container)


def stopped(container: str, grace: str, text: str) -> Effect:
    """Return what stopping with a ``grace`` in seconds (empty: the container's own) does."""
    if grace and not re.fullmatch(r"[+-]?[0-9]+", grace, re.ASCII):
        return KillContainer(container)
    if grace and int(grace) == 0:
        return KillContainer(container)
    deadly = isinstance(signalled(container, text, "TERM"), KillContainer)
    return KillContainer(container) if deadly else StopContainer(container)


def _name(text: str) -> str:
    number = NUMBER.fullmatch(text)
    if number is None:
        return text.upper().removeprefix("SIG")
    try:
        return signal.Signals(int(number[1])).name.removeprefix("SIG")
    except ValueError:
        return text
