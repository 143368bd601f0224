"""kill -9 at every boundary and at random moments: nothing partial is listed, nothing is left.

After each kill: every listed backup is whole, the last good one still proven, the database answers
without a session of the run, no program of it lives on, and the next holder of the lock finds
nothing that it does not clear away. Restores are tried in `test_restore*.py`.
"""

import os
import random
import secrets
import signal
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from backup_runs import Backups
from test_restore import databases

from backup.catalog import Catalog, Entry
from backup.clock import now
from backup.offsite.remote import RemoteCatalog
from backup.offsite.settings import load as load_offsite
from backup.offsite.store import Store
from backup.restore import before, journal
from backup.retention.memory import record_run
from tests.integration.backup.killing import (
    assert_gone,
    assert_sweepable,
    assert_whole,
    boundaries,
    ended,
    fork,
    killed,
    succeed,
)
from tests.integration.backup.made_backups import papers, put
from tests.integration.backup.object_store import ROOT, ObjectStore, object_store

pytestmark = pytest.mark.integration

HOUR = timedelta(hours=1)
RANDOM_KILLS = int(os.environ.get("LEDGERFLOW_TEST_KILLS", "30"))


@pytest.fixture
def environment(backups: Backups) -> Backups:
    """A small database with large objects, media, and what the machine knows."""
    backups.execute("CREATE TABLE entry (id int PRIMARY KEY, note text)")
    backups.execute("INSERT INTO entry SELECT n, md5(n::text) FROM generate_series(1, 1000) AS n")
    backups.execute("SELECT lo_from_bytea(0, 'a scan')")
    for name in ("media", "context"):
        folder = backups.folder / name
        folder.mkdir()
        (folder / "one.json").write_text("{}")
        (folder / "two.json").write_text("{}")
    media, context = backups.folder / "media", backups.folder / "context"
    backups.more |= {"MEDIA": str(media), "CONTEXT_FOLDER": str(context)}
    return backups


def made(backups: Backups, *words: str) -> Entry:
    """Make a backup and return it; ids run ahead of the clock when a second has several."""
    before = {entry.id for entry in backups.entries()}
    succeed(backups, *words)
    (entry,) = (entry for entry in backups.entries() if entry.id not in before)
    return entry


def test_a_backup_killed_at_any_boundary(environment: Backups):
    good = made(environment, "db").id
    tried = boundaries(environment, "db", "--no-proof") + boundaries(
        environment, "full", "--no-proof"
    )
    print(f"{len(tried)} boundaries")
    assert len(tried) >= 40
    for at in tried:
        killed(environment, at)
        assert_whole(environment, good)
        assert_gone(environment)
        assert_sweepable(environment)
    assert made(environment, "db").proven
    assert made(environment, "full").proven


def test_a_proof_killed_at_any_boundary(environment: Backups):
    good = made(environment, "db").id
    subject = made(environment, "db", "--no-proof")
    tried = boundaries(environment, "prove", subject.id)
    print(f"{len(tried)} boundaries")
    assert len(tried) >= 20
    for at in tried:
        subject.proof_path.unlink(missing_ok=True)
        killed(environment, at)
        assert_whole(environment, good)
        assert_gone(environment)
        late = at.step in ("publish.proof.renamed", "publish.proof.published")
        assert Catalog(subject.folder).entry(subject.id).proven == late, str(at)
        assert_sweepable(environment)
    succeed(environment, "prove", subject.id)
    assert Catalog(subject.folder).entry(subject.id).proven


def make_old_ones(backups: Backups, begun: datetime) -> None:
    """Put five proven backups into the archive, of which newer ones make two redundant."""
    rng = random.Random(1)
    for hours in range(1, 6):
        put(backups.settings.folder, papers("dev", begun - hours * HOUR, rng))
    record_run(backups.settings.folder, "db", now(), succeeded=True)


def test_a_prune_killed_at_any_boundary(environment: Backups):
    begun = now().replace(microsecond=0)
    environment.more["KEEP_DB_HOURS"] = "0"
    make_old_ones(environment, begun)
    newest = [entry.id for entry in environment.entries()[-3:]]
    tried = boundaries(environment, "prune")
    print(f"{len(tried)} boundaries")
    assert len(tried) >= 8
    for at in tried:
        make_old_ones(environment, begun)
        killed(environment, at)
        for identifier in newest:
            assert_whole(environment, identifier)
        assert_sweepable(environment)
        succeed(environment, "prune")
        assert [entry.id for entry in environment.entries()] == newest


def store_of(backups: Backups, server: ObjectStore) -> Store:
    """Make a bucket, tell the command of it, and return it as the command sees it."""
    secret = backups.folder / "store-secret"
    secret.write_text(ROOT[1])
    backups.more |= {
        "OFFSITE_BUCKET": server.bucket(lock=False),
        "OFFSITE_ENDPOINT": server.endpoint,
        "OFFSITE_ACCESS_KEY": ROOT[0],
        "OFFSITE_SECRET_FILE": str(secret),
        "OFFSITE_PART_MIB": "5",
        "OFFSITE_PATIENCE_SECONDS": "5",
    }
    settings = load_offsite(backups.variables)
    return Store(settings, "dev", settings.writer)


def test_an_upload_killed_at_any_boundary(environment: Backups):
    rng = random.Random(2)
    put(environment.settings.folder, papers("dev", now() - HOUR, rng, size=11 << 20))
    good = environment.entries()[-1].id
    with object_store() as server:
        store = store_of(environment, server)
        tried = boundaries(environment, "offsite", "push")
        print(f"{len(tried)} boundaries")
        assert len(tried) >= 6
        for at in tried:
            store = store_of(environment, server)
            killed(environment, at)
            assert_whole(environment, good)
            for entry in RemoteCatalog(store).entries(None):
                assert entry.problems == (), str(at)
            succeed(environment, "offsite", "push")
            (copy,) = RemoteCatalog(store).entries(None)
            assert copy.proven
            assert copy.id == good


def duration(backups: Backups, words: tuple[str, ...]) -> float:
    """Return how many seconds a command takes."""
    begun = time.monotonic()
    succeed(backups, *words)
    return time.monotonic() - begun


def test_kills_at_random_moments(environment: Backups):
    """As many as LEDGERFLOW_TEST_KILLS says; LEDGERFLOW_TEST_SEED repeats a run."""
    seed = os.environ.get("LEDGERFLOW_TEST_SEED") or secrets.token_hex(8)
    print(f"seed: LEDGERFLOW_TEST_SEED={seed}")
    rng = random.Random(seed)
    good = made(environment, "db").id
    succeed(environment, "pin", good, "--why", "restored again and again")
    environment.more["KEEP_DB_HOURS"] = "0"
    commands = (
        *(("db",), ("full",), ("prove", good), ("prune",), ("offsite", "push")),
        ("restore", good, "--no-safety-backup"),
    )
    kills: Counter[str] = Counter()
    late = 0
    with object_store() as server:
        store = store_of(environment, server)
        seconds = {words: duration(environment, words) for words in commands}
        while kills.total() < RANDOM_KILLS:
            words = rng.choice(commands)
            if words == ("prune",):
                make_old_ones(environment, now())
            process = fork(environment, words)
            time.sleep(rng.uniform(0, seconds[words]))
            os.kill(process, signal.SIGKILL)
            if ended(process) == 0:  # no kill: it was faster than when it was measured
                late += 1
                seconds[words] *= 0.9
                assert late < 10 * RANDOM_KILLS
                continue
            kills[words[0]] += 1
            assert_all_is_well(environment, good, store)
            if kills.total() % 5 == 0:
                assert_sweepable(environment)
    assert_sweepable(environment)
    assert made(environment, "db").proven
    succeed(environment, "restore", good, "--no-safety-backup")
    assert [name for name in databases(environment) if "_restore_" in name] == []
    discard_what_was_before(environment)
    print(f"{dict(kills)}; {late} more came after the end")


def assert_all_is_well(environment: Backups, good: str, store: Store) -> None:
    """Nothing partial is listed here or there, and the application sees its rows."""
    if (environment.settings.folder / journal.NAME).exists():
        succeed(environment, "restore", "--resume")
    assert_whole(environment, good)
    assert_gone(environment)
    assert [entry.problems for entry in RemoteCatalog(store).entries(None) if entry.problems] == []
    with environment.server.connect(environment.database) as session:
        assert session.execute("SELECT count(*), sum(id) FROM entry").fetchone() == (1000, 500500)
    discard_what_was_before(environment)


def discard_what_was_before(environment: Backups) -> None:
    for state in before.kept(environment.settings):
        succeed(environment, "restores", "--discard", state.restore)
