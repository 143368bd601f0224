"""A real PostgreSQL and the command against it."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from backup_runs import SQL, Backups
from postgres import PASSWORD, Postgres, Programs, memory, public_folder, running
from postgres import unpacked_programs as unpacked


@pytest.fixture(scope="session")
def programs() -> Iterator[Programs]:
    """The programs of the environment's own PostgreSQL image."""
    with unpacked() as found:
        yield found


@pytest.fixture(scope="session")
def server(programs: Programs) -> Iterator[Postgres]:
    """A running server for all tests."""
    with running(programs, parent=memory()) as started:
        yield started


@pytest.fixture
def backups(
    server: Postgres,
    repository: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Backups]:
    """An empty database and an empty archive."""
    monkeypatch.setenv("PATH", server.programs.path)
    name = f"lftest_{abs(hash(request.node.nodeid)) % 10**8}"
    server.make_database(name)
    try:
        with public_folder("lftest-backups-", memory()) as folder:
            yield Backups(server, folder, name, repository)
    finally:
        server.drop_database(name)


@pytest.fixture
def ledger(backups: Backups) -> Backups:
    """The same with a small ledger in it."""
    backups.execute((SQL / "ledger.sql").read_text() % {"accounts": 20})
    return backups


@pytest.fixture
def password_file() -> Iterator[Callable[[str], Path]]:
    """Make files with passwords."""
    with public_folder("lftest-secrets-") as folder:

        def make(password: str = PASSWORD) -> Path:
            path = folder / "password"
            path.write_text(f"{password}\n")
            path.chmod(0o400)
            return path

        yield make
