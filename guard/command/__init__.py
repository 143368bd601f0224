"""``ledger_docker``: the docker command line, judged before it runs.

A command is read (:mod:`guard.grammar`), judged (:mod:`guard.rules`), written down
(:mod:`guard.audit`) and then run by the docker client with the same words, streams and exit code.
What only looks takes the short way: no question to the daemon, and the client takes this
process's place.
"""
