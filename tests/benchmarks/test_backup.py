"""Backups of a ledger against `pg_dump | gzip -6` on the same database and disk, both with fsync.

`LEDGERFLOW_BENCH_MIB` is the size of the dump (200; the documented figures are of 1024). Rounds
are interleaved, so that a noisy machine disturbs all alike; medians of five. Times differ between
machines and are printed; sizes and memory do not, and are asserted.
"""

import os
import statistics
from collections import defaultdict

import pytest
from backup_ledger import Run, command, ledger, ledger_server, shell
from backup_runs import Backups

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(7200)]

MIB = int(os.environ.get("LEDGERFLOW_BENCH_MIB", "200"))
ROUNDS = int(os.environ.get("LEDGERFLOW_BENCH_ROUNDS", "5"))
LARGER = 1.10
"""How much larger than gzip's a backup may be."""
MOST_MIB = 150
"""Of memory, whatever the size of the database."""
FLAT_MIB = 25
"""Of memory that more data may cost."""
GZIP = "pg_dump --no-tablespaces | gzip -6 > other.gz && sync other.gz ."
LOAD = "createdb {0} && gunzip -c other.gz | psql -q -d {0} -v ON_ERROR_STOP=1 >/dev/null"
RESTORED = "lftest_restored"


@pytest.fixture(scope="module")
def server():
    with ledger_server() as running:
        yield running


@pytest.fixture(scope="module")
def books(server, repository):
    with ledger(server, repository, "lftest_books", MIB) as made:
        yield made


def median(runs: list[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def peak(runs: list[Run]) -> float:
    return max(run.peak_mib for run in runs)


def size_of(backups: Backups) -> int:
    return backups.entries()[-1].payload_path.stat().st_size


def test_throughput_proof_and_restore(books: Backups, capsys):
    runs: dict[str, list[Run]] = defaultdict(list)
    for _ in range(ROUNDS):
        runs["pg_dump alone"].append(shell(books, "pg_dump > /dev/null"))
        runs["pg_dump | gzip -6"].append(shell(books, GZIP))
        runs["db"].append(command(books, "db", "--no-proof"))
        plain = {"LEDGERFLOW_BACKUP_CONTENT_DIGESTS": "false"}
        runs["db without digests"].append(command(books, "db", "--no-proof", **plain))
    entry = books.entries()[-2]
    for _ in range(min(ROUNDS, 3)):
        runs["prove"].append(command(books, "prove", entry.id))
        runs["gunzip | psql"].append(shell(books, LOAD.format(RESTORED)))
        books.server.drop_database(RESTORED)
        runs["restore"].append(restored(books, entry.id))
        books.server.drop_database(RESTORED)
    shell(books, "gunzip -c other.gz | wc -c > length")
    text = int((books.folder / "length").read_text()) / 1e6
    theirs, ours = ((books.folder / "other.gz").stat().st_size / 1e6, size_of(books) / 1e6)
    gzip = median(runs["pg_dump | gzip -6"])
    faster = {name: gzip / median(runs[name]) for name in ("db", "db without digests")}
    lines = [
        f"{text:,.0f} MB of dump, {theirs:,.1f} MB by gzip -6, {ours:,.1f} MB by us:"
        f" {ours / theirs:.3f} of the size",
        *(
            f"{name:<20} median {median(made):7.2f} s  {text / median(made):6.1f} MB/s"
            f"  peak {peak(made):6.1f} MiB"
            for name, made in runs.items()
        ),
        f"throughput {faster['db']:.2f} times; {faster['db without digests']:.2f} without digests",
        f"a proof takes {median(runs['prove']) / median(runs['db']):.2f} times the backup",
        f"restore {median(runs['gunzip | psql']) / median(runs['restore']):.2f} times as fast",
    ]
    with capsys.disabled():
        print("\n\n" + "\n  ".join(lines))
    assert ours / theirs <= LARGER


def restored(books: Backups, identifier: str) -> Run:
    """Restore into another environment, compared before it is swapped in."""
    variables = {"ENVIRONMENT": "staging", "DATABASE": RESTORED}
    return command(
        books, "restore", identifier, "--from", "dev", "--no-safety-backup",
        **{f"LEDGERFLOW_BACKUP_{name}": value for name, value in variables.items()},
    )  # fmt: skip


def test_memory_is_flat(books: Backups, server, repository, capsys):
    with ledger(server, repository, "lftest_small", 10) as small:
        few = [command(small, "db", "--no-proof") for _ in range(3)]
    many = [command(books, "db", "--no-proof") for _ in range(3)]
    with capsys.disabled():
        print(f"\n  peak of memory: {peak(few):.1f} MiB for 10 MiB, {peak(many):.1f} for {MIB} MiB")
    assert peak(many) < MOST_MIB
    assert peak(many) - peak(few) < FLAT_MIB
