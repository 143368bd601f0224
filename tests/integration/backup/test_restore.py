"""A restore: whole or not at all, into the same environment or another one."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from backup_runs import Backups
from whole_environment import FILES, furnish, media

from backup.restore import media as media_files

pytestmark = pytest.mark.integration

COUNT = "SELECT count(*) FROM ledger.transaction"
QUICK = ("--unproven", "--no-safety-backup")
"""For what has another subject than proofs and safety backups."""


@pytest.fixture
def whole(ledger: Backups) -> Iterator[Backups]:
    """A ledger with media and context; databases that restores make are removed."""
    try:
        yield furnish(ledger)
    finally:
        for name in databases(ledger):
            ledger.server.drop_database(name)


def databases(backups: Backups) -> list[str]:
    """Name the test's databases."""
    with backups.server.connect("postgres") as session:
        query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1"
        return [row[0] for row in session.execute(query, [backups.database])]


def count(backups: Backups, database: str | None = None) -> int:
    """Count transactions."""
    with backups.server.connect(database or backups.database) as session:
        return session.execute(COUNT).fetchone()[0]


def back_up(backups: Backups, kind: str, *words: str) -> str:
    """Make a backup and return its id."""
    done = backups.run(kind, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["id"]


def damage(backups: Backups) -> None:
    """Do what a person regrets."""
    backups.execute("DELETE FROM ledger.transaction WHERE id % 2 = 0; DROP VIEW ledger.balance")
    folder = backups.folder / "media"
    (folder / "avatars/one.png").unlink()
    (folder / "2026/11/empty.txt").write_bytes(b"no longer")
    (folder / "since.txt").write_bytes(b"since")


@contextmanager
def writing(backups: Backups) -> Iterator[list[int]]:
    """Write transactions as fast as they go, with new sessions after each end."""
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            try:
                with backups.server.connect(backups.database) as session:
                    while not stop.is_set():
                        session.execute(
                            "INSERT INTO ledger.transaction"
                            " (account_id, reference, amount, direction, booked)"
                            " VALUES (1, gen_random_uuid(), 1, 'debit', now())"
                        )
                        written.append(1)
            except Exception:
                stop.wait(0.05)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield written
    finally:
        stop.set()
        writer.join()


@contextmanager
def answering(status: int) -> Iterator[str]:
    """Stand for the application; give its address."""

    class Application(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.headers["Host"] == "localhost" else 400)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Application) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/readyz"
        finally:
            server.shutdown()
            thread.join()


def test_a_database_comes_back_under_a_writer_after_a_safety_backup(ledger: Backups):
    try:
        backup = back_up(ledger, "db")
        before = count(ledger)
        ledger.execute("DELETE FROM ledger.transaction WHERE id % 2 = 0; DROP VIEW ledger.balance")
        with writing(ledger) as written:
            done = ledger.run("restore", f"{backup}.sql.gz", "--json")
        assert done.returncode == 0, done.stderr
        assert len(written) > 1, "nobody wrote meanwhile"
        assert json.loads(done.stdout)["verified"]
        assert count(ledger) >= before
        with ledger.server.connect(ledger.database) as session:
            session.execute("SELECT * FROM ledger.balance")
            old = f"SELECT count(*) FROM ledger.transaction WHERE id <= {before}"
            assert session.execute(old).fetchone() == (before,)
        first, safety = ledger.entries()
        assert first.id == backup
        assert safety.proven
        assert safety.manifest.reason == "safety"
        live, kept = databases(ledger)
        assert live == ledger.database
        assert kept.startswith(f"{live}_before_")
        assert count(ledger, kept) >= before // 2
    finally:
        for name in databases(ledger):
            ledger.server.drop_database(name)


def test_a_full_restore_brings_back_media_too_and_sets_the_rest_aside(whole: Backups):
    backup = back_up(whole, "full")
    before = count(whole)
    damage(whole)
    (whole.folder / "context" / "stack-config.yaml").write_text(
        "config:\n  ledgerflow:ports:\n    django: 9999\n  ledgerflow:debug: true\n"
    )
    with answering(200) as url:
        whole.more["APPLICATION_URL"] = url
        done = whole.run("restore", backup)
    assert done.returncode == 0, done.stderr
    assert count(whole) == before
    assert media(whole) == FILES
    (kept,) = (whole.folder / "media").glob(f"{media_files.KEPT}*")
    assert (kept / "since.txt").read_bytes() == b"since"
    assert (kept / "2026/11/empty.txt").read_bytes() == b"no longer"
    assert not list((whole.folder / "media").glob(f"{media_files.STAGED}*"))
    assert [(e.kind, e.proven) for e in whole.entries()] == [("full", True), ("full", True)]
    assert "ok     transactions: 2,000 in 1 tables, 2,000 backed up" in done.stdout
    assert "ok     media: 3 files are equal" in done.stdout
    assert (
        "ok     configuration: differs since the backup in: config.ledgerflow:ports.django"
        in done.stdout
    )
    assert "9999" not in done.stdout + done.stderr
    assert f"ok     application: {url} answers 200" in done.stdout
    assert "--undo" in done.stdout


def test_an_application_that_does_not_answer_is_said_and_the_old_state_kept(
    ledger: Backups, monkeypatch: pytest.MonkeyPatch
):
    try:
        backup = back_up(ledger, "db", "--no-proof")
        with answering(503) as url:
            ledger.more |= {"APPLICATION_URL": url, "APPLICATION_SECONDS": "1"}
            done = ledger.run("restore", backup, *QUICK)
        assert done.returncode == 2, done.stderr
        assert "FAILED application" in done.stdout
        assert "503" in done.stdout
        assert len(databases(ledger)) == 2
        assert not (ledger.settings.folder / ".restore.json").exists()
    finally:
        for name in databases(ledger):
            ledger.server.drop_database(name)


def test_an_encrypted_full_backup_needs_its_key(whole: Backups):
    key = pyrage.x25519.Identity.generate()
    whole.more["RECIPIENTS"] = str(key.to_public())
    backup = back_up(whole, "full")
    damage(whole)
    assert whole.run("restore", backup, "--dry-run").returncode == 0
    done = whole.run("restore", backup, *QUICK)
    assert done.returncode == 1
    assert "key" in done.stderr
    identity = whole.folder / "key"
    identity.write_text(str(key))
    done = whole.run("restore", backup, *QUICK, "--identity", str(identity))
    assert done.returncode == 0, done.stderr
    assert media(whole) == FILES


def test_another_environment_gets_the_data_as_its_own(whole: Backups):
    whole.execute(
        "CREATE TABLE public.core_environmentmarker (id int PRIMARY KEY, name text NOT NULL);"
        "INSERT INTO public.core_environmentmarker VALUES (1, 'dev')"
    )
    backup = back_up(whole, "full", "--no-proof")
    into = replace(
        whole,
        database=f"{whole.database}_staging",
        more={**whole.more, "ENVIRONMENT": "staging", "MEDIA": str(whole.folder / "other")},
    )
    (whole.folder / "other").mkdir()
    wrong = into.run("restore", backup, "--unproven")
    assert wrong.returncode == 1
    assert "Error: " in wrong.stderr
    done = into.run("restore", backup, "--from", "dev", "--unproven")
    assert done.returncode == 0, done.stderr
    assert "No safety backup is made." in done.stderr
    marker = "SELECT name FROM public.core_environmentmarker"
    for database, environment in ((into.database, "staging"), (whole.database, "dev")):
        with whole.server.connect(database) as session:
            assert session.execute(marker).fetchone() == (environment,)
    assert count(into) == count(whole)
    assert {
        path.relative_to(whole.folder / "other").as_posix(): path.read_bytes()
        for path in (whole.folder / "other").rglob("*")
        if path.is_file()
    } == FILES
    assert into.entries() == []
    assert databases(whole) == [whole.database, into.database]


def test_a_dry_run_says_all_and_changes_nothing(whole: Backups):
    backup = back_up(whole, "full", "--no-proof")
    damage(whole)
    before = (count(whole), media(whole), whole.files(), databases(whole))
    done = whole.run("restore", backup, "--unproven", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "A safety backup of what is there now is made" in done.stdout
    assert "3 media files are extracted" in done.stdout
    assert "2 that differ or came later" in done.stdout
    assert (count(whole), media(whole), whole.files(), databases(whole)) == before
    assert json.loads(whole.run("restore", backup, "--unproven", "--dry-run", "--json").stdout)


def test_what_is_no_good_backup_is_refused_before_anything_is_touched(whole: Backups):
    backup = back_up(whole, "full", "--no-proof")
    state = (count(whole), media(whole), databases(whole))
    refused = whole.run("restore", backup)
    assert refused.returncode == 1
    assert "was never restored in a proof" in refused.stderr
    assert whole.run("restore", "ledgerflow_db_backup_20200101_000000").returncode == 1
    (entry,) = whole.entries()
    content = bytearray(entry.payload_path.read_bytes())
    content[len(content) // 2] ^= 1
    entry.payload_path.chmod(0o600)
    entry.payload_path.write_bytes(content)
    damaged = whole.run("restore", backup, *QUICK)
    assert damaged.returncode == 2
    assert "checksum differs" in damaged.stderr
    entry.payload_path.write_bytes(content[:-1])
    assert whole.run("restore", backup, *QUICK).returncode == 2
    assert (count(whole), media(whole), databases(whole)) == state


def newer(folder: Path, backup: str) -> None:
    """Have the backup come from the next major version of PostgreSQL."""
    change(folder, backup, "server", {"version": "18.1", "version_number": 180001})


def more_rows(folder: Path, backup: str) -> None:
    """Have the manifest promise a row more than the dump holds."""
    change(folder, backup, "contents", {"tables": {"ledger.account": 21}})


def change(folder: Path, backup: str, part: str, values: dict) -> None:
    """Change a part of a manifest and seal it anew."""
    from backup.manifest import Manifest

    path = folder / f"{backup}.json"
    content = Manifest.read(path.read_bytes(), path.name).model_dump(mode="json")
    for name, value in values.items():
        old = content[part][name]
        content[part][name] = {**old, **value} if isinstance(value, dict) else value
    path.chmod(0o600)
    path.write_bytes(Manifest.model_validate(content).document())


@pytest.mark.parametrize(
    ("forge", "words"), [(newer, "PostgreSQL 18"), (more_rows, "is not what was backed up")]
)
def test_what_does_not_fit_leaves_everything_as_it_was(whole: Backups, forge, words: str):
    backup = back_up(whole, "full", "--no-proof")
    forge(whole.settings.folder, backup)
    damage(whole)
    state = (count(whole), media(whole), databases(whole), whole.files())
    done = whole.run("restore", backup, *QUICK)
    assert done.returncode == 1
    assert words in done.stderr
    assert (count(whole), media(whole), databases(whole), whole.files()) == state
    assert not list((whole.folder / "media").glob(".*"))
