"""Settings report all mistakes at once; locks let one run in and know who holds them."""

import os
import signal
import subprocess
import sys

import pytest

from backup.errors import ArchiveError, BusyError, SettingsError
from backup.locks import LOCK, archive_lock
from backup.settings import load
from backup.snapshot.objects import digest
from backup.steps import ACT_VARIABLE, step

pytestmark = pytest.mark.unit
GOOD = {"LEDGERFLOW_BACKUP_ENVIRONMENT": "dev", "LEDGERFLOW_BACKUP_ARCHIVE": "/archive"}


def test_all_mistakes_are_in_one_message():
    with pytest.raises(SettingsError) as error:
        load({"LEDGERFLOW_BACKUP_ENVIRONMENT": "nowhere", "LEDGERFLOW_BACKUP_PORT": "x"})
    for name in ("ENVIRONMENT", "ARCHIVE", "PORT"):
        assert f"LEDGERFLOW_BACKUP_{name}: " in error.value.what


def test_lists_are_separated_by_commas_and_what_is_given_goes_first():
    settings = load({**GOOD, "LEDGERFLOW_BACKUP_TRANSACTION_TABLES": "a.*, b.c"}, port=1, host=None)
    assert settings.counts_transactions("a.x")
    assert settings.counts_transactions("b.c")
    assert not settings.counts_transactions("b.d")
    assert (settings.port, settings.host) == (1, "postgres")
    assert str(settings.folder) == "/archive/dev"


def test_a_lock_keeps_others_out_and_names_its_holder(tmp_path):
    folder = tmp_path / "made" / "dev"
    with (
        archive_lock(folder, "database backup"),
        pytest.raises(BusyError, match=f"database backup, process {os.getpid()}"),
        archive_lock(folder, "prune"),
    ):
        raise AssertionError("two are in")
    with archive_lock(folder, "prune"):
        assert (folder / LOCK).read_text() == f"prune, process {os.getpid()}\n"


def test_a_killed_holder_leaves_no_lock(tmp_path, repository):
    script = (
        "import sys, pathlib; from backup.locks import archive_lock\n"
        "with archive_lock(pathlib.Path(sys.argv[1]), 'x'): pass"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        env={"PYTHONPATH": str(repository), ACT_VARIABLE: "kill:lock.held"},
    )
    assert done.returncode == -signal.SIGKILL
    with archive_lock(tmp_path, "next"):
        pass


def test_an_archive_that_is_a_file_is_named(tmp_path):
    (tmp_path / "dev").touch()
    with pytest.raises(ArchiveError), archive_lock(tmp_path / "dev", "x"):
        pass


def test_an_unknown_act_at_a_step_is_refused(monkeypatch):
    monkeypatch.setenv(ACT_VARIABLE, "wait:here")
    step("elsewhere")
    with pytest.raises(ValueError, match="unknown action"):
        step("here")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "CHECK (((s)::text = ANY ((ARRAY['a'::character varying, 'b c'::character varying])"
            "::text[])))",
            "CHECK (((s)::text = ANY (ARRAY[('a'::character varying)::text, "
            "('b c'::character varying)::text])))",
        ),
        ("DEFAULT '1'::numeric(10,2)", "DEFAULT '1'"),
        ("x = 1\n AND y = 2", "(x = 1) AND (y = 2)"),
    ],
)
def test_what_the_server_rewrites_does_not_count(before, after):
    assert digest(before) == digest(after)


def test_what_a_person_changes_does_count():
    assert digest("CHECK (a > 1)") != digest("CHECK (a > 2)")
    assert digest("numeric(10,2)") != digest("numeric(10,3)")
