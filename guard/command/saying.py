"""What ``ledger_docker`` says of a decision: to people in two lines, to programs as JSON."""

import json
from collections.abc import Iterator
from typing import Any

from guard.audit.redaction import MASK, Arguments, redact
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
            {"kind": type(effect).__name__, **_shown(vars(effect), arguments)}
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
        told = ", ".join(f"{k}={v!r}" for k, v in _shown(vars(effect), arguments).items() if v)
        yield f"  effect: {type(effect).__name__}({told})"


def _shown(value: object, arguments: Arguments) -> Any:  # noqa: ANN401 - whatever an effect holds
    """Return a value of an effect without what the arguments' redaction took out."""
    if isinstance(value, str):
        return value if _is_shown(value, arguments) else MASK
    if isinstance(value, tuple | list):
        words = [each for each in value if isinstance(each, str)]
        told = redact(words) if len(words) == len(value) else value
        return [_shown(each, arguments) for each in told]
    if isinstance(value, dict):
        return {name: _shown(each, arguments) for name, each in value.items()}
    return _shown(vars(value), arguments) if hasattr(value, "__dict__") else value


def _is_shown(text: str, arguments: Arguments) -> bool:
    given = any(text in word for word in arguments.exposed)
    return not given or any(text in word for word in arguments.redacted)
