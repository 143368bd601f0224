"""Where reports are kept: ``.ledgerflow/previews/<environment>.md`` and ``.json``."""

import os
from pathlib import Path

from cli.report.document import Report
from cli.report.markdown import as_markdown
from cli.workspace import Workspace


def markdown_path(workspace: Workspace, environment: str) -> Path:
    """Return the place of the document for people."""
    return workspace.state / "previews" / f"{environment}.md"


def json_path(workspace: Workspace, environment: str) -> Path:
    """Return the place of the document for programs."""
    return markdown_path(workspace, environment).with_suffix(".json")


def discard(workspace: Workspace, environment: str) -> None:
    """Remove the last report, so that a preview that fails leaves none that looks current."""
    for path in (markdown_path(workspace, environment), json_path(workspace, environment)):
        path.unlink(missing_ok=True)


def save(workspace: Workspace, report: Report) -> Path:
    """Write both documents and return the place of the one for people."""
    target = markdown_path(workspace, report.environment)
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(json_path(workspace, report.environment), report.model_dump_json(indent=2) + "\n")
    _write(target, as_markdown(report))
    return target


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text)
    temporary.replace(path)
