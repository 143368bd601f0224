"""``ledger_docker volumes`` and ``audit``, its own options, and its link on PATH."""

import json
import subprocess

import pytest
import stage
from stage import LAUNCHER

from guard.command import codes

pytestmark = pytest.mark.guard


class TestVolumes:
    """``ledger_docker volumes``: the protection labels."""

    def test_a_volume_without_its_label_and_a_missing_one_are_named(self, on):
        result = on.run("volumes")
        assert result.returncode == codes.DAMAGED == 1
        rows = result.stdout.splitlines()
        assert [row.split() for row in rows[:5]] == [
            ["precious", "protected"],
            ["ledger_dev_db_data", "protected"],
            ["ledger_dev_media_data", "unprotected"],
            ["ledger_staging_db_data", "missing"],
            ["ledger_staging_media_data", "missing"],
        ]
        assert (
            "ledger_dev_media_data is unprotected: "
            "make volume-recreate ENV=dev VOLUME=media_data" in rows
        )

    def test_volumes_that_are_well(self, on, tmp_path):
        well = [
            stage.volume("ledger_dr_db_data", protect="true", environment="dr"),
            stage.volume("ledger_dr_media_data", protect="true", environment="dr"),
            stage.volume("ledger_dr_db_data_kept_20260101_000000", kept="true", environment="dr"),
        ]
        with stage.daemon(tmp_path / "well.sock", volumes=well) as host:
            result = on.run("volumes", "--json", DOCKER_HOST=host)
            assert result.returncode == 0
            states = {row["volume"]: row["state"] for row in json.loads(result.stdout)}
            assert states == {
                "ledger_dr_db_data": "protected",
                "ledger_dr_media_data": "protected",
                "ledger_dr_db_data_kept_20260101_000000": "kept",
            }
            assert on.run("volumes", "--environment", "prod", DOCKER_HOST=host).returncode == 1
        with stage.daemon(tmp_path / "none.sock") as host:
            assert on.run("volumes", DOCKER_HOST=host).returncode == 0

    def test_no_daemon_is_an_error_of_its_own(self, on):
        result = on.run("volumes", DOCKER_HOST="unix:///nowhere.sock")
        assert result.returncode == codes.FAILED


class TestAudit:
    """``ledger_docker audit``."""

    def test_show_and_verify(self, on):
        on.run("ps")
        on.run("volume", "rm", "ledger_dev_db_data")
        shown = on.run("audit", "show", "--decision", "refuse", "--since", "1h")
        assert shown.stdout.rstrip().endswith("volume rm ledger_dev_db_data  (refused, exit 126)")
        assert len(shown.stdout.splitlines()) == 1
        [line] = on.run("audit", "show", "--environment", "dev", "--json").stdout.splitlines()
        assert json.loads(line)["rule"] == "LF040"
        verified = on.run("audit", "verify")
        assert verified.returncode == 0
        expected = verified.stdout.split()[-2:]
        assert on.run("audit", "verify", *expected).returncode == 0
        assert on.run("audit", "verify", "--expect", f"1:{'0' * 64}").returncode == 1
        assert json.loads(on.run("audit", "verify", "--json").stdout)["intact"] is True

    def test_damage_is_named_with_exit_code_1(self, on):
        on.run("ps")
        [path] = on.log.glob("audit-*")
        path.write_bytes(path.read_bytes().replace(b'"ps"', b'"rm"'))
        result = on.run("audit", "verify")
        assert result.returncode == 1
        assert "line 2: edited, number 2" in result.stdout

    @pytest.mark.parametrize(
        "words",
        [
            ["audit"],
            ["audit", "burn"],
            ["audit", "show", "--since", "yesterday"],
            ["audit", "show", "--decision", "maybe"],
            ["audit", "verify", "--expect", "7"],
            ["volumes", "--what"],
            ["authz", "dance"],
            ["--fake"],
            ["--fake", "/nowhere.json", "ps"],
        ],
    )
    def test_a_command_line_that_makes_no_sense_is_exit_code_2(self, on, words):
        result = on.run(*words)
        assert result.returncode == codes.USAGE == 2
        assert result.stderr.startswith("ledger_docker: ")
        assert on.ran == []

    def test_a_docker_plugin_of_the_same_name_is_reached(self, on):
        on.run("docker", "ps")
        on.run("--json", "--", "ps")
        assert on.run("--guard-help").stdout.startswith("ledger_docker [--explain]")
        assert on.ran == [["ps"], ["ps"]]


class TestOnPath:
    """``make guard-install`` and ``make guard-remove``."""

    @staticmethod
    def make(target: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "-s", "-C", LAUNCHER.parent, target, *words], capture_output=True, text=True
        )

    def test_a_link_is_made_used_and_taken_away(self, on, tmp_path):
        folder = tmp_path / "to" / "bin"
        for name in ("ledger_docker", "docker"):
            for _ in range(2):
                result = self.make("guard-install", f"TO={folder}", f"NAME={name}")
                assert result.returncode == 0, result.stderr
            path = f"{folder}:{on.variables['PATH']}"
            words = [folder / name, "volume", "rm", "ledger_dev_db_data"]
            assert subprocess.run(words, env=on.environment(PATH=path)).returncode == 126
            assert (
                subprocess.run([folder / name, "ps"], env=on.environment(PATH=path)).returncode == 0
            )
            assert self.make("guard-remove", f"TO={folder}", f"NAME={name}").returncode == 0
        assert list(folder.iterdir()) == []
        assert on.ran == [["ps"], ["ps"]]

    def test_what_is_something_else_stays(self, tmp_path):
        other = tmp_path / "ledger_docker"
        other.write_text("mine")
        for target in ("guard-install", "guard-remove"):
            assert self.make(target, f"TO={tmp_path}").returncode != 0
        assert other.read_text() == "mine"
