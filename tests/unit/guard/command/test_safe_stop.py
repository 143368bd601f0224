"""``compose down`` where there is no compose file: the safe stop of an environment."""

import pytest

from guard.command import codes

pytestmark = pytest.mark.guard


class TestSafeStop:
    """``compose down`` where there is no compose file, and no compose either."""

    STOPS = [
        ["stop", "ledger_dev_caddy"],
        ["stop", "ledger_dev_django"],
        ["stop", "ledger_dev_redis"],
        ["stop", "ledger_dev_postgres"],
    ]

    @staticmethod
    def stops(on) -> list[list[str]]:
        host = ["--host", on.variables["DOCKER_HOST"]]
        assert all(call[:2] == host for call in on.ran)
        return [call[2:] for call in on.ran]

    @pytest.mark.parametrize(
        ("words", "variables"),
        [
            (["compose", "down"], {}),
            (["compose", "down"], {"ENV": "dev"}),
            (["docker-compose", "down"], {}),
            (["compose", "-p", "ledger_dev", "down", "--remove-orphans"], {"ENV": "staging"}),
            (["compose", "-p", "dev", "down", "--timeout", "0"], {}),
        ],
    )
    def test_it_stops_the_environment_in_order_and_removes_nothing(self, on, words, variables):
        result = on.run(*words, **variables)
        assert result.returncode == 0
        assert self.stops(on) == self.STOPS
        assert result.stderr.splitlines()[-1].endswith("start it again: make up ENV=dev")
        decision, outcome = on.lines
        assert decision["environments"] == ["dev"]
        assert outcome["exit_code"] == 0

    def test_it_stops_a_locked_environment_gracefully_without_a_proof(self, on):
        assert on.run("compose", "down", LEDGERFLOW_ENVIRONMENT="staging").returncode == 0
        assert self.stops(on) == [["stop", "ledger_staging_postgres"]]

    @pytest.mark.parametrize("flag", ["-v", "--volumes", "--volumes=true", "-v=1"])
    def test_it_deletes_no_volumes(self, on, flag):
        result = on.run("compose", "down", flag)
        assert result.returncode == 126
        assert "LF041" in result.stderr
        assert on.ran == []

    def test_it_ends_at_the_first_container_that_does_not_stop(self, on):
        result = on.run("compose", "down", act='case "$*" in *django*) exit 5;; esac')
        assert result.returncode == 5
        assert self.stops(on) == self.STOPS[:2]
        assert on.lines[-1]["exit_code"] == 5

    def test_a_compose_file_makes_it_composes_business(self, on):
        (on.folder / "project" / "compose.yaml").write_text("services: {}\n")
        assert on.run("compose", "down").returncode == 0
        assert on.ran == [["compose", "down"]]

    def test_another_project_is_composes_business(self, on):
        assert on.run("compose", "-p", "shop", "down").returncode == 0
        assert on.run("compose", "-f", "x.yaml", "down").returncode == 0
        assert on.ran == [["compose", "-p", "shop", "down"], ["compose", "-f", "x.yaml", "down"]]

    def test_an_environment_that_is_none_is_an_error(self, on):
        result = on.run("compose", "down", ENV="prud")
        assert result.returncode == codes.USAGE
        assert "there is no environment prud" in result.stderr
        assert on.ran == []

    def test_nothing_to_stop_is_done(self, on):
        result = on.run("compose", "down", ENV="test-nothing")
        assert result.returncode == 0
        assert "nothing of test-nothing runs" in result.stderr

    def test_a_daemon_that_does_not_answer_is_an_error_and_v_is_refused_all_the_same(self, on):
        silent = {"DOCKER_HOST": "unix:///nowhere.sock"}
        assert on.run("compose", "down", **silent).returncode == codes.FAILED
        assert on.run("compose", "down", "-v", **silent).returncode == codes.REFUSED
        assert on.ran == []
