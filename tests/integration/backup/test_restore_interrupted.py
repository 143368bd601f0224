"""A restore that is killed: the database is the old one or the new one, and the next run goes on.

Each run is killed at one boundary between its steps; boundaries are listed by a run that is not.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator

import pytest
from backup_runs import Backups
from test_restore import QUICK, back_up, damage, databases
from whole_environment import FILES, furnish, lies, media

from backup.restore import before, journal
from backup.restore import media as media_files
from tests.integration.backup.killing import (
    Boundary,
    assert_gone,
    boundaries,
    killed,
    succeed,
)

pytestmark = pytest.mark.integration

OLD, NEW = (15, False), (30, True)
"""What the application sees before and after: transactions, and whether there is the view."""
CHANGED = {"2026/11/empty.txt": b"no longer", "since.txt": b"since"}
DAMAGED = {path: FILES[path] for path in FILES if path != "avatars/one.png"} | CHANGED


@pytest.fixture
def small(backups: Backups) -> Iterator[Backups]:
    """A ledger of a few rows, with media."""
    backups.execute(
        "CREATE SCHEMA ledger; CREATE TABLE ledger.transaction (id bigserial PRIMARY KEY, n int);"
        "INSERT INTO ledger.transaction (n) SELECT n FROM generate_series(1, 30) AS n;"
        "CREATE VIEW ledger.balance AS SELECT sum(n) FROM ledger.transaction"
    )
    try:
        yield furnish(backups)
    finally:
        for name in databases(backups):
            backups.server.drop_database(name)


def state(backups: Backups) -> tuple[int, bool]:
    """Tell what the application sees."""
    with backups.server.connect(backups.database) as session:
        rows = session.execute("SELECT count(*) FROM ledger.transaction").fetchone()[0]
        view = session.execute("SELECT to_regclass('ledger.balance')").fetchone()[0]
        return rows, view is not None


def forget(backups: Backups) -> None:
    """Remove what restores have kept."""
    for name in databases(backups):
        if name != backups.database:
            backups.server.drop_database(name)
    for kept in (backups.folder / "media").glob(f"{media_files.KEPT}*"):
        shutil.rmtree(kept)


def kept_files(backups: Backups) -> dict[str, bytes]:
    """Read what restores have set aside."""
    (kept,) = (backups.folder / "media").glob(f"{media_files.KEPT}*")
    return lies(kept)


def under_way(backups: Backups) -> bool:
    """Whether a restore has begun to change what serves."""
    return (backups.settings.folder / journal.NAME).exists()


def hidden(backups: Backups) -> list[str]:
    """Name the folders that a restore has put beside the media."""
    return [path.name for path in (backups.folder / "media").glob(".*")]


def test_a_restore_killed_at_any_boundary_is_whole_and_goes_on(small: Backups):
    backup = back_up(small, "full", "--no-proof")
    damage(small)
    tried = boundaries(small, "restore", backup, *QUICK, most=1)
    assert len(tried) >= 25
    ends = Counter()
    forget(small)
    damage(small)
    for at in tried:
        killed(small, at)
        assert_gone(small)
        seen, going_on = state(small), under_way(small)
        ends[seen, going_on] += 1
        assert seen in (OLD, NEW), str(at)
        if not going_on and seen == OLD:
            assert media(small) == DAMAGED, str(at)
            continue
        if going_on:
            again = small.run("restore", backup, *QUICK)
            assert "--resume" in again.stderr, str(at)
            succeed(small, "restore", "--resume")
        assert (state(small), media(small)) == (NEW, FILES), str(at)
        assert kept_files(small) == CHANGED, str(at)
        assert len(databases(small)) == 2, str(at)
        assert not under_way(small)
        forget(small)
        damage(small)
    assert all(ends[end] >= 3 for end in [(OLD, False), (OLD, True), (NEW, True)]), ends
    succeed(small, "restore", backup, *QUICK)
    assert (state(small), media(small)) == (NEW, FILES)
    assert len(databases(small)) == 2, "what killed restores had staged is swept"
    assert len(hidden(small)) == 1


def test_undoing_killed_at_any_boundary_is_done_by_the_next(small: Backups):
    backup = back_up(small, "full", "--no-proof")
    damage(small)
    succeed(small, "restore", backup, *QUICK)
    (kept,) = restores(small)
    assert kept["files"] == 2
    tried = boundaries(small, "restores", "--undo", kept["restore"], most=1)
    assert (state(small), media(small)) == (OLD, {**FILES, **CHANGED})
    assert len(tried) >= 7
    words = ("restores", "--undo", kept["restore"])
    for at in tried:
        if not any(known.restore == kept["restore"] for known in kept_now(small)):
            succeed(small, "restores", "--undo", before.opposite(kept["restore"]))
            assert (state(small), media(small)) == (NEW, {**FILES, "since.txt": b"since"})
        killed(small, Boundary(words, at.step, 1))
        assert state(small) in (OLD, NEW), str(at)
        if any(known.database and known.restore == kept["restore"] for known in kept_now(small)):
            assert state(small) == NEW, str(at)
            succeed(small, *words)
        assert (state(small), media(small)) == (OLD, {**FILES, **CHANGED}), str(at)
        assert len(databases(small)) == 2


def kept_now(backups: Backups) -> list[before.Kept]:
    """Return the same without starting the command."""
    return before.kept(backups.settings)


def restores(backups: Backups) -> list[dict]:
    """Return what restores have kept, as the command tells it."""
    return json.loads(backups.run("restores", "--json").stdout)


def test_discarding_lets_go_of_what_was_before_for_good(small: Backups):
    backup = back_up(small, "full", "--no-proof")
    damage(small)
    succeed(small, "restore", backup, *QUICK)
    (kept,) = restores(small)
    assert kept["restore"] in small.run("restores").stdout
    done = small.run("restores", "--discard", "20200101_000000")
    assert done.returncode == 1
    assert "nothing of before" in done.stderr
    succeed(small, "restores", "--discard", kept["restore"])
    assert restores(small) == []
    assert databases(small) == [small.database]
    assert hidden(small) == []
    assert (state(small), media(small)) == (NEW, FILES)
