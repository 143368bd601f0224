"""Asking Pulumi what it would do, with LedgerFlow's rules over it."""

from collections.abc import Sequence
from pathlib import Path

from cli.pulumi import Pulumi
from cli.report import events
from cli.report.plan import Plan

STREAMING = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW"


def packs(repository: Path, more: Sequence[Path] = ()) -> list[str]:
    """Return the words that have Pulumi ask LedgerFlow's policy pack, and ``more``."""
    return [
        word for pack in (repository / "policies", *more) for word in ("--policy-pack", str(pack))
    ]


def plan(pulumi: Pulumi, *arguments: str) -> Plan:
    """Return what ``pulumi up`` with these arguments would do; not complete when it would fail."""
    result = pulumi.read_silently("preview", "--json", *arguments, **{STREAMING: "true"})
    found = events.parse(result.stdout.splitlines())
    if result.returncode == 0:
        return found
    words = found.errors or (result.stderr.strip() or "pulumi said nothing",)
    return found.model_copy(update={"complete": False, "errors": tuple(words)})
