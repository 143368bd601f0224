"""A retention report for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterator

from backup.retention.model import Decision, Report


def lines(report: Report) -> Iterator[str]:
    """Yield the lines of a report: what forbids to act first, then each backup with reasons."""
    for hold in report.holds:
        yield f"nothing is removed: {hold}"
    for row in report.rows:
        state = "proven" if row.subject.proven else "not proven"
        yield (
            f"{row.decision:6}  {row.subject.id}  {state:10}  {row.subject.size:>14,} bytes"
            f"  {'; '.join(row.reasons)}"
        )
    freed = sum(row.subject.size for row in report.removable)
    kept = sum(row.decision is Decision.KEEP for row in report.rows)
    held = sum(row.decision is Decision.HOLD for row in report.rows)
    yield f"{kept} kept, {held} held, {len(report.removable)} to remove ({freed:,} bytes)"


def document(report: Report) -> dict[str, object]:
    """Return the report as a program reads it."""
    return {
        "holds": list(report.holds),
        "rows": [
            {
                "id": row.subject.id,
                "kind": row.subject.kind,
                "created": row.subject.created.isoformat(),
                "proven": row.subject.proven,
                "bytes": row.subject.size,
                "decision": row.decision.value,
                "reasons": list(row.reasons),
            }
            for row in report.rows
        ],
    }
