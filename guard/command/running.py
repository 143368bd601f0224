"""A docker command: judged, written down, run."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from guard.audit import entry
from guard.command import codes, daemon, stopping
from guard.command.deciding import Case, decide
from guard.command.session import Session, say, unwritable
from guard.decision import Decision, Verdict
from guard.effects import Effect
from guard.grammar import Reading
from guard.grammar.line import program

if TYPE_CHECKING:
    from guard.world import World

FRONT = "ledger_docker"


def judged(session: Session) -> tuple[Case, stopping.Stop | None]:
    """Return the judged command, and what it stops if it is the safe stop of an environment.

    Raises WorldError when that is not known and the rules have nothing against the command.
    """
    stop: stopping.Stop | None = None
    unknown: Exception | None = None

    def more(reading: Reading, world: "World") -> Sequence[Effect]:
        from guard.world import WorldError  # noqa: PLC0415

        nonlocal stop, unknown
        try:
            stop = stopping.stop_of(reading, world, session.variables, session.directory)
        except WorldError as error:
            unknown = error
        return stop.effects if stop else ()

    words = session.options.words
    aliases = daemon.aliases(session.variables)
    case = decide(words, session.variables, session.world, aliases, more)
    if unknown is not None and case.decision.verdict is Verdict.ALLOW:
        raise unknown
    return case, stop


def run(session: Session) -> int:
    """Judge a command and run it; return the exit code."""
    case, stop = judged(session)
    if session.options.explain:
        return explain(session, case)
    if case.decision.verdict is not Verdict.ALLOW:
        return refuse(session, case)
    return execute(session, case, stop)


def explain(session: Session, case: Case) -> int:
    """Print the decision; nothing is run."""
    from guard.command import saying  # noqa: PLC0415 - not for what is run

    session.try_to_write(entry_of(session, case.decision, "explained"))
    if session.options.json:
        print(saying.as_json(case, session.arguments))
    else:
        print("\n".join(saying.explanation(case, session.arguments)))
    if case.decision.verdict is Verdict.ALLOW:
        return codes.DONE
    proof = case.first.verdict is Verdict.NEEDS_PROOF
    return codes.EXPLAINED_UNPROVEN if proof else codes.EXPLAINED_REFUSED


def refuse(session: Session, case: Case) -> int:
    """Say that and why a command is not run, and write it down."""
    from guard.command import saying  # noqa: PLC0415

    session.try_to_write(entry_of(session, case.decision, "refused", exit_code=codes.REFUSED))
    if session.options.json:
        say(saying.as_json(case, session.arguments))
    else:
        say(*saying.refusal(case.decision))
    return codes.REFUSED


def execute(
    session: Session, case: Case, stop: stopping.Stop | None = None, phase: str = "begun"
) -> int:
    """Run an allowed command between two lines of the audit log; raise ClientError.

    Without the first line only what destroys nothing is run.
    """
    name, words = program(session.options.words)
    session.ready(*(("docker",) if stop else (name, *words)))
    begun = entry_of(session, case.decision, phase)
    if case.only_looks:
        session.try_to_write(begun)
        return session.become(name, *words)
    number = None
    try:
        number = session.write(begun)
    except OSError as error:
        if not case.is_gentle or phase != "begun":
            say(
                f"refused: {unwritable(session.log, error)}",
                "instead: make room there, or name another folder by LEDGERFLOW_AUDIT; "
                "nothing that destroys runs unrecorded",
            )
            return codes.REFUSED
        say(unwritable(session.log, error))
    code = stopping.run(session, case.reading, stop) if stop else session.run(name, *words)
    if number is not None:
        spent = (time.monotonic() - session.started) * 1000
        session.try_to_write(entry.outcome(FRONT, number, code, spent))
    return code


def entry_of(session: Session, decision: Decision, phase: str, **more: object) -> dict[str, object]:
    return entry.decision(FRONT, session.options.words, decision.as_data(), phase, **more)
