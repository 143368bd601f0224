"""The audit's report: one document, as Markdown for people and as JSON for programs."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from guard.security.model import Section, State, exit_code

FOLDER = Path(".ledgerflow") / "audits"


@dataclass(frozen=True)
class Report:
    """What was found when, about which environments."""

    when: datetime
    environments: tuple[str, ...]
    sections: Sequence[Section]

    @property
    def verdict(self) -> str:
        """The outcome in a few words."""
        findings = sum(len(section.findings) for section in self.sections)
        unlooked = sum(bool(section.reason) for section in self.sections)
        words = f"{findings} finding{'s' if findings != 1 else ''}"
        return f"{words}, {unlooked} of {len(self.sections)} sections not fully checked"

    def as_json(self) -> str:
        """Return it for programs."""
        data = {
            "when": self.when.isoformat(),
            "environments": list(self.environments),
            "exit_code": exit_code(self.sections),
            "verdict": self.verdict,
            "sections": [section.as_data() for section in self.sections],
        }
        return json.dumps(data, indent=2) + "\n"

    def as_markdown(self) -> str:
        """Return it for people."""
        lines = [
            f"# Security audit, {self.when:%Y-%m-%d %H:%M} UTC",
            "",
            f"Environments of this machine: {', '.join(self.environments) or 'none'}.",
            f"Outcome: {self.verdict}.",
            "",
            "| Section | Outcome |",
            "| --- | --- |",
            *(f"| {section.title} | {_outcome(section)} |" for section in self.sections),
        ]
        for section in self.sections:
            lines += ["", f"## {section.title}", ""]
            lines += [f"- **{f.where}**: {f.what}\n  - {f.way}" for f in section.findings]
            lines += [f"- NOT CHECKED: {section.reason}"] if section.reason else []
            lines += [f"- {fact}" for fact in section.facts]
        return "\n".join(lines) + "\n"


def _outcome(section: Section) -> str:
    if section.state is State.FINDINGS:
        return f"{len(section.findings)} to put right"
    return str(section.state.value)


def write(report: Report, checkout: Path) -> Path:
    """Keep the report in the checkout, readable by its owner; return the Markdown file's path."""
    folder = checkout / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    stem = folder / report.when.astimezone(UTC).strftime("audit-%Y%m%d_%H%M%S")
    for suffix, text in ((".json", report.as_json()), (".md", report.as_markdown())):
        descriptor = os.open(
            stem.with_suffix(suffix), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode=0o600
        )
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    return stem.with_suffix(".md")
