"""``ledger_docker authz``: the daemon's authorization plugin, for people."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from guard.authz import install
from guard.authz.installing.places import Places, of_this_machine
from guard.authz.installing.problem import AuthorizationError
from guard.authz.installing.selftest import Finding, selftest
from guard.authz.process import command
from guard.command import codes
from guard.command.arguments import Parser
from guard.command.session import Session, say
from guard.records import asdict


def authorization(session: Session, words: Sequence[str]) -> int:
    """Install, remove, look at, run or try the plugin; return the exit code."""
    parser = Parser(prog="ledger_docker authz")
    parser.add_argument("verb", choices=sorted(_VERBS))
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args(words)
    try:
        return _VERBS[wanted.verb](of_this_machine(), wanted.json or session.options.json)
    except AuthorizationError as error:
        say(str(error), error.way)
        return codes.DAMAGED


def _install(places: Places, as_json: bool) -> int:
    return _tell(install.install(places), as_json)


def _remove(places: Places, _as_json: bool) -> int:
    install.remove(places)
    print("the daemon asks no plugin of LedgerFlow's any more")
    return codes.DONE


def _status(places: Places, as_json: bool) -> int:
    status = install.status(places)
    if as_json:
        print(json.dumps(status.as_data()))
    else:
        print("\n".join(f"{name}: {value}" for name, value in status.as_data().items()))
    return codes.DONE if status.healthy else codes.DAMAGED


def _selftest(places: Places, as_json: bool) -> int:
    return _tell(selftest(places), as_json)


def _serve(places: Places, _as_json: bool) -> int:
    """Become the plugin, in the foreground: what a service of one's own runs."""
    words = command(places.serving, "serve")
    os.chdir(places.repository)
    os.execv(words[0], words)  # noqa: S606 - our own program


def _tell(findings: Sequence[Finding], as_json: bool) -> int:
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            print(f"{'ok  ' if finding.passed else 'FAIL'} {finding.what} ({finding.answer})")
    return codes.DONE if all(finding.passed for finding in findings) else codes.DAMAGED


_VERBS: Final[Mapping[str, Callable[[Places, bool], int]]] = {
    "install": _install,
    "remove": _remove,
    "status": _status,
    "serve": _serve,
    "selftest": _selftest,
}
