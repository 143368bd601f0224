"""``ledger_docker``: no command destroys data, whoever types it.

A command line and a request to the daemon are both read into *effects* (:mod:`guard.effects`):
what would happen to which object. One set of rules (:mod:`guard.rules`) judges effects against
what the daemon says of those objects (:mod:`guard.world`); the answer is a
:class:`guard.decision.Decision`. The command line, the daemon's authorization plugin and
LedgerFlow's own client differ only in how they read and what they do with the answer.

Standard library only: it stands before every docker command, and must be quick to start.
"""
