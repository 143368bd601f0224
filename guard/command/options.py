"""The words that are ``ledger_docker``'s own, before those that are docker's."""

from collections.abc import Sequence
from typing import Final

from guard.records import dataclass

OWN_VERBS: Final = ("volumes", "audit", "emergency", "authz")
"""Verbs that docker has not; a plugin of such a name: ``ledger_docker docker NAME``."""
USAGE: Final = """\
ledger_docker [--explain] [--json] [--fake FILE] DOCKER-COMMAND...
ledger_docker volumes [--environment NAME] [--json]
ledger_docker audit show [--since 2h] [--environment NAME] [--decision refuse] [--last N] [--json]
ledger_docker audit verify [--expect NUMBER:HASH] [--json]
ledger_docker emergency [--request | --phrase PHRASE] -- DOCKER-COMMAND...
ledger_docker authz install|remove|status|serve|selftest
"""


class UsageError(Exception):
    """A command line of our own that makes no sense."""


@dataclass(frozen=True)
class Options:
    """Our own options, and the rest of the words."""

    words: tuple[str, ...]
    explain: bool = False
    json: bool = False
    fake: str | None = None
    usage: bool = False


def parse(argv: Sequence[str]) -> Options:
    """Divide the words; raise UsageError for ``--fake`` without a file.

    Only what stands before docker's own words, or before ``--``, is ours: everything behind goes to
    docker as it is.
    """
    words = list(argv)
    explain = as_json = usage = False
    fake: str | None = None
    while words:
        name, equals, value = words[0].partition("=")
        if words[0] == "--explain":
            explain = True
        elif words[0] == "--json":
            as_json = True
        elif words[0] == "--guard-help":
            usage = True
        elif name == "--fake" and (equals or len(words) > 1):
            fake = value if equals else words.pop(1)
        elif words[0] == "--":
            del words[0]
            break
        elif name == "--fake":
            raise UsageError("--fake needs a file that describes a daemon")
        else:
            break
        del words[0]
    return Options(tuple(words), explain, as_json, fake, usage)
