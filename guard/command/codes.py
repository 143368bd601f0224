"""Exit codes of ``ledger_docker`` itself; of a command that runs it is docker's own."""

from typing import Final

DONE: Final = 0
DAMAGED: Final = 1
"""``audit verify``: the log is damaged; ``volumes``: a protected volume lacks its label."""
USAGE: Final = 2
"""A command line of ``ledger_docker``'s own verbs that makes no sense."""
EXPLAINED_UNPROVEN: Final = 3
"""``--explain``: it would be refused for want of a proven backup."""
EXPLAINED_REFUSED: Final = 4
"""``--explain``: it would be refused."""
FAILED: Final = 125
"""The guard itself failed; nothing was run."""
REFUSED: Final = 126
"""Refused; nothing was run."""
NOT_FOUND: Final = 127
"""There is no docker client."""
SIGNALLED: Final = 128
"""Plus the signal's number: the client ended by a signal."""
