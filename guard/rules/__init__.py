"""The rules on commands and requests: pure functions from effects and a world to a decision.

One module per theme. :mod:`guard.rules.table` says which rules look at which effect;
:func:`judge` asks them all and gives the strictest answer.
"""

from guard.rules.judging import judge, settle

__all__ = ["judge", "settle"]
