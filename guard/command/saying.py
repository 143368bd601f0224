"""What ``ledger_docker`` says of a decision: to people in two lines, to programs as JSON."""

import json
from collections.abc import Iterator

from guard.audit.redaction import Arguments
from guard.command.deciding import Case
from guard.decision import Decision, Verdict


def refusal(decision: Decision) -> tuple[str, str]:
    """Return two lines: what is refused by which rule, and the safe way to the goal."""
    return f"refused by {decision.rule}: {decision.what}", f"instead: {decision.way}"


def as_data(case: Case, arguments: Arguments) -> dict[str, object]:
    """Return the case for a program; ``answer`` is the rules' word before a proof was asked."""
    return {
        **case.decision.as_data(),
        "answer": case.first.verdict.word,
        "command": list(arguments.redacted),
        "effects": [
            {"kind": type(effect).__name__, **_shown(vars(effect))}
            for effect in case.reading.effects
        ],
        "problem": case.reading.problem,
    }


def as_json(case: Case, arguments: Arguments) -> str:
    """Return the case as one line of JSON."""
    return json.dumps(as_data(case, arguments))


def explanation(case: Case, arguments: Arguments) -> Iterator[str]:
    """Return the lines of ``--explain``."""
    decision, first = case.decision, case.first
    rule = f" ({decision.rule})" if decision.rule else ""
    proof = ""
    if first.verdict is Verdict.NEEDS_PROOF:
        held = decision.verdict is Verdict.ALLOW
        proof = ", which there is" if held else ", which there is not"
    yield f"{first.verdict.word}{rule}{proof}: docker {arguments}"
    for name, value in (
        ("what", decision.what),
        ("instead", decision.way),
        ("environments", ", ".join(decision.environments)),
        ("volumes", ", ".join(decision.volumes)),
        ("backups", ", ".join(decision.backups)),
    ):
        if value:
            yield f"  {name}: {value}"
    for effect in case.reading.effects:
        told = ", ".join(f"{k}={v!r}" for k, v in _shown(vars(effect)).items() if v)
        yield f"  effect: {type(effect).__name__}({told})"


def _shown(fields: dict[str, object]) -> dict[str, object]:
    """Return an effect's fields with the secrets of a command in it taken out."""
    return {
        name: list(Arguments(tuple(map(str, value))).redacted)
        if name in ("command", "named") and isinstance(value, tuple)
        else value
        for name, value in fields.items()
    }
