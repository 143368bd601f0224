"""``ledger_docker audit show`` and ``audit verify``."""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from guard.audit.line import Link
from guard.audit.showing import Selection, entries, since, table
from guard.audit.verifying import Report, verify
from guard.command import codes
from guard.command.arguments import Parser
from guard.command.session import Session, say

_DECISIONS = ("allow", "needs proof", "refuse")


def audit(session: Session, words: Sequence[str]) -> int:
    """Show or verify the audit log; return the exit code."""
    wanted = _parser().parse_args(words)
    wanted.json |= session.options.json
    try:
        return _show(session, wanted) if wanted.verb == "show" else _verify(session, wanted)
    except OSError as error:
        say(f"the audit log in {session.log} cannot be read: {error.strerror or error}")
        return codes.FAILED


def _parser() -> Parser:
    parser = Parser(prog="ledger_docker audit")
    verbs = parser.add_subparsers(dest="verb", required=True)
    show = verbs.add_parser("show")
    show.add_argument("--since", type=_since, help="2h, 7d, or a date (and time), UTC")
    show.add_argument("--environment")
    show.add_argument("--decision", choices=_DECISIONS)
    show.add_argument("--last", type=int, metavar="N")
    show.add_argument("--json", action="store_true")
    check = verbs.add_parser("verify")
    check.add_argument("--expect", type=_link, metavar="NUMBER:HASH", help="a line kept elsewhere")
    check.add_argument("--json", action="store_true")
    return parser


def _show(session: Session, wanted: argparse.Namespace) -> int:
    selection = Selection(wanted.since, wanted.environment, wanted.decision, wanted.last)
    found = entries(session.log, selection)
    for line in map(json.dumps, found) if wanted.json else table(found):
        print(line)
    return codes.DONE


def _verify(session: Session, wanted: argparse.Namespace) -> int:
    report = verify(session.log, wanted.expect)
    if wanted.json:
        print(json.dumps(report.as_data()))
    else:
        print("\n".join(_lines(report)))
    return codes.DONE if report.intact else codes.DAMAGED


def _lines(report: Report) -> list[str]:
    told = [f"{d.file} line {d.line}: {d.kind}, number {d.seq}: {d.what}" for d in report.damages]
    told += [f"{d.file} line {d.line}: sealed: {d.what}" for d in report.sealed]
    state = "intact" if report.intact else "DAMAGED, first at the first line above"
    told.append(f"{report.lines} lines in {report.files} files: {state}")
    if report.intact and report.lines:
        told.append(f"to keep elsewhere: --expect {report.last.seq}:{report.last.hash}")
    return told


def _since(text: str) -> datetime:
    return since(text, datetime.now(UTC))


def _link(text: str) -> Link:
    number, colon, own = text.partition(":")
    if not colon or len(own) != 64:
        raise ValueError(text)
    return Link(int(number), own)
