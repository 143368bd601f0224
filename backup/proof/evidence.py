"""The proof as a page for a person: what was restored, where, and what was compared."""

from backup.manifest import Comparison, Manifest, Proof


def evidence(manifest: Manifest, proof: Proof) -> str:
    """Return the page, in Markdown."""
    verdict = "restores, and is what it should be" if proof.result == "proven" else "is NOT proven"
    contents = manifest.contents
    lines = [
        f"# {manifest.id} {verdict}",
        "",
        f"- Environment: {manifest.environment}",
        f"- Taken: {manifest.created:%Y-%m-%d %H:%M:%S} UTC, reason: {manifest.reason}",
        f"- Restored and compared: {proof.finished:%Y-%m-%d %H:%M:%S} UTC, {proof.seconds:.1f} s, "
        f"in a scratch PostgreSQL {proof.server_version}",
        f"- From: PostgreSQL {manifest.server.version}, database {manifest.server.database}, "
        f"cluster {manifest.server.system_identifier}",
        f"- File: `{manifest.payload.name}`, {manifest.payload.size:,} bytes, "
        f"SHA-256 `{manifest.payload.sha256}`",
        f"- Rows: {contents.rows:,} in {len(contents.tables)} tables",
        *(f"- Transactions in {table}: {n:,}" for table, n in contents.transactions.items()),
        *(f"- Files of {t}: {n.rows:,}, {n.size:,} bytes" for t, n in contents.blobs.items()),
        *(f"- Note: {note}" for note in (manifest.full.notes if manifest.full else ())),
        "",
        "| compared | number | differences |",
        "|---|---:|---:|",
        *(f"| {c.subject} | {c.compared:,} | {_count(c)} |" for c in proof.comparisons),
    ]
    if proof.problem is not None:
        lines += ["", f"Problem: {proof.problem}"]
    found = [f"- {c.subject}: {words}" for c in proof.comparisons for words in c.differences]
    if found:
        lines += ["", "## Differences", "", *found]
    return "\n".join([*lines, "", f"Manifest: SHA-256 `{proof.manifest_sha256}`", ""])


def _count(comparison: Comparison) -> str:
    return str(len(comparison.differences)) if comparison.differences else "none"
