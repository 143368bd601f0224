"""The report as Markdown."""

from collections.abc import Iterator

from cli.report.document import Report
from cli.report.interruption import Interruption
from cli.report.plan import Action, Step


def as_markdown(report: Report) -> str:
    """Return the document; its first line is the verdict."""
    lines = [f"# {report.verdict}", ""]
    for heading, body in (
        ("Changes", _changes(report)),
        ("Interruption", _interruptions(report)),
        ("Data", _volumes(report)),
        ("Rules", _rules(report)),
        ("Secrets", _secrets(report)),
    ):
        lines += [f"## {heading}", "", *body, ""]
    if report.looked_up:
        lines += [f"Only looked up, not changed: {', '.join(report.looked_up)}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _changes(report: Report) -> Iterator[str]:
    if not report.changes:
        yield "None."
    for action in Action:
        steps = [step for step in report.changes if step.action is action]
        if steps:
            yield f"- **{action.value}** ({len(steps)})"
            yield from (f"  - {_step(step)}" for step in steps)


def _step(step: Step) -> str:
    text = f"{step.kind} `{step.name}`"
    if step.fields:
        text += f": {', '.join(step.fields)}"
    if step.action is Action.REPLACE:
        because = ", ".join(step.forcing) or "the request"
        order = "the old one goes first" if step.delete_first else "the new one comes first"
        text += f" (because of {because}; {order})"
    if step.action is Action.FORGET:
        text += " (stays on the daemon)"
    return f"{text} **PROTECTED**" if step.protected else text


def _interruptions(report: Report) -> Iterator[str]:
    if not report.interruptions:
        yield "None."
    for pause in report.interruptions:
        yield f"- `{pause.service}`: {_duration(pause)}. {pause.why[:1].upper()}{pause.why[1:]}."
        if pause.felt_by:
            yield f"  Felt by {', '.join(pause.felt_by)}."


def _duration(pause: Interruption) -> str:
    if pause.usual is None:
        return "for good"
    return f"about {pause.usual} s, at most {pause.longest} s"


def _volumes(report: Report) -> Iterator[str]:
    if not report.volumes:
        yield "None."
    for volume in report.volumes:
        mark = "**PROTECTED** " if volume.protected else ""
        yield f"- {mark}`{volume.name}`: {volume.how}"


def _rules(report: Report) -> Iterator[str]:
    if not report.policy_packs and not report.rules:
        yield "No policy pack was run."
    elif not report.rules:
        yield f"All kept ({', '.join(report.policy_packs)})."
    for violation in report.rules:
        message = " ".join(violation.message.split())
        yield f"- **{violation.rule}** ({violation.level}) on `{violation.resource}`: {message}"


def _secrets(report: Report) -> Iterator[str]:
    if not report.secrets:
        yield "None."
    for secret in report.secrets:
        readers = f"; read by {', '.join(secret.readers)}" if secret.readers else ""
        yield f"- `{secret.name}`: {secret.change}{readers}"
