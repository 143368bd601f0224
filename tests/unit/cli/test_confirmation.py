"""Asking once, names, and one run at a time."""

import io
from datetime import UTC, datetime

import pytest

from cli.__main__ import main
from cli.confirmation import confirm, confirm_where_locked
from cli.errors import UserError
from cli.volumes.lock import locked
from infra.kept_volumes import kept_name

pytestmark = pytest.mark.unit


def test_without_a_terminal_and_without_confirm_nothing_is_done(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("dev\n"))
    with pytest.raises(UserError, match="not done unasked: the volume goes") as refusal:
        confirm("dev", "the volume goes", "")
    assert refusal.value.remedy == "agree with CONFIRM=dev"


def test_the_name_of_the_environment_agrees():
    confirm("dev", "the volume goes", "dev")


def test_the_name_of_another_environment_does_not():
    with pytest.raises(UserError, match="not confirmed for prod"):
        confirm("prod", "the volume goes", "dev")


def test_down_asks_only_where_people_s_documents_are():
    confirm_where_locked("dev", "it stops", "")
    confirm_where_locked("prod", "it stops", "prod")
    with pytest.raises(UserError, match="LF064: not confirmed for prod"):
        confirm_where_locked("prod", "it stops", "dev")


@pytest.mark.parametrize(
    "words",
    [
        ["down", "prod"],
        ["backup-down", "prod"],
        ["prune", "dev"],
        ["demo", "dev", "--remove"],
        ["demo", "prod"],
        ["backup-tool", "dev", "prune"],
        ["backup-tool", "dev", "unpin", "ledgerflow_db_backup_20260101_000000"],
    ],
)
def test_a_target_that_destroys_does_nothing_unasked(words, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    monkeypatch.setattr("sys.argv", ["make", *words])
    assert main() == 1
    assert f"agree with CONFIRM={words[1]}" in capsys.readouterr().err


def test_one_recreation_at_a_time(tmp_path):
    with (
        locked(tmp_path / "locks", "ledger_dev_db_data"),
        pytest.raises(UserError, match="another run is recreating"),
        locked(tmp_path / "locks", "ledger_dev_db_data"),
    ):
        pass
    with locked(tmp_path / "locks", "ledger_dev_db_data"):
        pass


def test_the_name_of_a_kept_volume_says_when():
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert kept_name("ledger_dev_db_data", moment) == "ledger_dev_db_data_kept_20260102_030405"
