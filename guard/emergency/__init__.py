"""The way out: a refused command that has to be, run once, by a phrase that is bound to it.

A phrase belongs to one command, one daemon, one folder and one state of the backups' question
(:mod:`guard.emergency.phrase`); it is kept open for minutes and used once
(:mod:`guard.emergency.requests`). The daemon's plugin learns of it by grants
(:mod:`guard.emergency.grants`).
"""

from guard.emergency.grants import take

__all__ = ["take"]
