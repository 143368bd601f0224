"""``ledger_docker`` as a whole process, before a docker that records and a daemon that answers."""

import hashlib
import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest
import stage
from stage import LAUNCHER, Stage

from guard.audit.verifying import verify
from guard.command import codes

pytestmark = pytest.mark.guard

VOLUMES = [
    stage.volume("ledger_dev_db_data", protect="true", environment="dev"),
    stage.volume("ledger_dev_media_data", environment="dev"),
    stage.volume("precious", protect="true"),
]
CONTAINERS = [
    stage.container("ledger_dev_postgres", "dev", "postgres"),
    stage.container("ledger_dev_redis", "dev", "redis"),
    stage.container("ledger_dev_django", "dev", "django"),
    stage.container("ledger_dev_caddy", "dev", "caddy"),
    stage.container("ledger_dev_searxng", "dev", "searxng", State="exited"),
    stage.container("ledger_staging_postgres", "staging", "postgres"),
    stage.container("mine"),
]


@pytest.fixture
def on(tmp_path: Path):
    with stage.daemon(tmp_path / "daemon.sock", CONTAINERS, VOLUMES) as host:
        yield Stage(tmp_path, host)


def test_what_looks_is_run_as_it_is(on):
    words = ["ps", "-a", "--format", "{{.Names}} {{.Status}}", "", "a\tb", "ü"]
    result = on.run(*words, act="echo out; echo err >&2; exit 7")
    assert (result.returncode, result.stdout, result.stderr) == (7, "out\n", "err\n")
    assert on.ran == [words]
    [line] = on.lines
    assert line["event"] == "decision"
    assert line["decision"] == "allow"
    assert line["argv"] == words
    assert line["directory"] == str(on.folder / "project")


def test_what_changes_is_run_between_two_lines(on):
    result = on.run("rm", "mine", act="cat; exit 3", text="to stdin")
    assert (result.returncode, result.stdout) == (3, "to stdin")
    assert on.ran == [["rm", "mine"]]
    decision, outcome = on.lines
    assert (decision["decision"], decision["phase"]) == ("allow", "begun")
    assert outcome["of"] == decision["seq"]
    assert outcome["exit_code"] == 3
    assert outcome["duration_ms"] > 0


def test_what_destroys_is_refused_in_two_lines(on):
    result = on.run("volume", "rm", "ledger_dev_db_data")
    assert result.returncode == codes.REFUSED == 126
    first, second = result.stderr.splitlines()
    assert first.startswith("ledger_docker: refused by LF040: ")
    assert "ledger_dev_db_data" in first
    assert second.startswith("ledger_docker: instead: make volume-recreate ENV=dev")
    assert on.ran == []
    [line] = on.lines
    assert (line["decision"], line["rule"]) == ("refuse", "LF040")
    assert (line["phase"], line["exit_code"]) == ("refused", 126)
    assert line["environments"] == ["dev"]


def test_a_refusal_as_json(on):
    result = on.run("--json", "volume", "rm", "ledger_dev_db_data")
    assert result.returncode == 126
    found = json.loads(result.stderr.removeprefix("ledger_docker: "))
    assert (found["verdict"], found["rule"]) == ("refuse", "LF040")


def test_a_proof_that_is_not_there_refuses(on):
    """No archive holds a backup of this environment."""
    result = on.run("kill", "ledger_staging_postgres")
    assert result.returncode == 126
    assert "LF044" in result.stderr
    assert "make backup ENV=staging" in result.stderr
    assert on.run("--explain", "kill", "ledger_staging_postgres").returncode == 3
    assert on.ran == []


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["ps"], 0, "allow: docker ps"),
        (["rm", "mine"], 0, "allow: docker rm mine"),
        (["compose", "down", "-v"], 4, "refuse (LF041)"),
        (["login", "-p", "canary-123"], 0, "allow: docker login -p '***'"),
    ],
)
def test_explain_runs_nothing(on, words, code, says):
    result = on.run("--explain", *words)
    assert result.returncode == code
    assert result.stdout.startswith(says)
    assert on.ran == []
    assert on.lines[-1]["phase"] == "explained"
    found = json.loads(on.run("--explain", "--json", *words).stdout)
    assert found["verdict"] == says.partition(" ")[0].rstrip(":")
    assert "canary-123" not in result.stdout + json.dumps(on.lines) + json.dumps(found)


def test_the_daemon_that_is_asked_is_the_one_that_is_meant(on, tmp_path):
    """A volume of the same name is protected on one daemon, and nobody's on the other."""
    words = ["volume", "rm", "precious"]
    with stage.daemon(tmp_path / "other.sock", volumes=[stage.volume("precious")]) as other:
        folder = hashlib.sha256(b"elsewhere").hexdigest()  # as docker names it
        place = on.folder / "home/.docker/contexts/meta" / folder
        place.mkdir(parents=True)
        context = {"Endpoints": {"docker": {"Host": other}}, "Name": "elsewhere"}
        (place / "meta.json").write_text(json.dumps(context))
        assert on.run(*words).returncode == 126
        assert on.run("-H", other, *words).returncode == 0
        assert on.run("--context", "elsewhere", *words).returncode == 0
        assert on.run(*words, DOCKER_HOST="", DOCKER_CONTEXT="elsewhere").returncode == 0
        assert on.run(
            "--context", "elsewhere", "-H", on.variables["DOCKER_HOST"], *words
        ).returncode
    assert on.ran == [["-H", other, *words], ["--context", "elsewhere", *words], words]


def test_a_daemon_that_does_not_answer_refuses_what_destroys(on):
    variables = {"DOCKER_HOST": "unix:///nowhere.sock"}
    assert on.run("volume", "rm", "precious", **variables).returncode == 126
    assert on.run("ps", **variables).returncode == 0
    assert on.ran == [["ps"]]


def test_without_docker_there_is_one_clear_error(on):
    (on.bin / "docker").unlink()
    result = on.run("ps", PATH=str(on.bin) + ":/usr/nowhere")
    assert result.returncode == codes.NOT_FOUND == 127
    assert result.stderr.startswith("ledger_docker: docker is not installed")


def test_a_docker_that_is_ledger_docker_is_passed_over(on, tmp_path):
    before = tmp_path / "before"
    before.mkdir()
    (before / "docker").symlink_to(LAUNCHER)
    result = on.run("ps", PATH=f"{before}:{on.variables['PATH']}")
    assert result.returncode == 0
    assert on.ran == [["ps"]]


def test_a_docker_that_calls_ledger_docker_ends(on):
    on.program("docker", f'#!/bin/sh\nexec {LAUNCHER} "$@"\n')
    result = on.run("ps")
    assert result.returncode == 127
    assert result.stderr.count("calls ledger_docker again") == 1


def test_it_is_found_by_a_link_from_any_folder(on, tmp_path):
    link = tmp_path / "links" / "docker-guard"
    link.parent.mkdir()
    link.symlink_to("second")
    (tmp_path / "links" / "second").symlink_to(LAUNCHER)
    result = subprocess.run(
        [link, "ps"], cwd="/", env=on.environment("echo hello"), capture_output=True, text=True
    )
    assert result.stdout == "hello\n"


def test_docker_compose_is_docker_compose_where_that_is_all_there_is(on):
    assert on.run("docker-compose", "ps").returncode == 0
    on.program("docker-compose", (on.bin / "docker").read_text().replace("for", "echo v1\nfor", 1))
    assert on.run("docker-compose", "ps").stdout == "v1\n"
    assert on.ran == [["compose", "ps"], ["ps"]]


def test_variables_of_the_caller_get_nothing_into_the_guard(on, tmp_path):
    (on.folder / "project" / "json.py").write_text("raise SystemExit(0)")
    result = on.run(
        *("volume", "rm", "ledger_dev_db_data"),
        PYTHONPATH=str(on.folder / "project"),
        PYTHONSTARTUP="x",
        PYTHONHOME="/nowhere",
    )
    assert result.returncode == 126


def test_an_audit_log_that_cannot_be_written_refuses_what_destroys(on):
    on.log.write_text("not a folder")
    result = on.run("rm", "mine")
    assert result.returncode == 126
    assert "cannot be written" in result.stderr
    assert "LEDGERFLOW_AUDIT" in result.stderr
    assert on.run("volume", "rm", "ledger_dev_db_data").returncode == 126
    assert on.ran == []
    for words in (["ps"], ["start", "mine"], ["stop", "mine"], ["compose", "down"]):
        result = on.run(*words)
        assert result.returncode == 0, words
        assert "cannot be written" in result.stderr
    assert len(on.ran) == 7, "the four groups of the safe stop are commands of their own"


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


class TestSignals:
    """The client gets each signal once, and its end is this process's end."""

    WAIT = "echo ready; i=0; while [ $i -lt 12 ]; do sleep 0.05; i=$((i+1)); done; exit 9"
    COUNT = "trap 'n=$((n+1)); echo {0}$n' {0}; " + WAIT

    @staticmethod
    def start(on, act: str, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [LAUNCHER, *words],
            cwd=on.folder / "project",
            env=on.environment(act),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "ready\n"
        return process

    @pytest.mark.parametrize("name", ["INT", "TERM", "HUP", "USR1", "WINCH", "QUIT"])
    def test_a_signal_to_the_guard_reaches_the_client_once(self, on, name):
        process = self.start(on, self.COUNT.format(name), "rm", "mine")
        process.send_signal(getattr(signal, f"SIG{name}"))
        assert process.stdout.read() == f"{name}1\n"
        assert process.wait() == 9
        assert on.lines[-1]["exit_code"] == 9

    @pytest.mark.parametrize("name", ["TERM", "KILL"])
    def test_an_end_by_a_signal_is_128_and_its_number(self, on, name):
        number = getattr(signal, f"SIG{name}")
        result = on.run("rm", "mine", act=f"kill -{name} $$; sleep 5")
        assert result.returncode == 128 + number
        assert on.lines[-1]["exit_code"] == 128 + number

    def test_ignored_signals_of_python_are_not_passed_on(self, on):
        for words in (["ps"], ["rm", "mine"]):
            result = on.run(*words, act="yes | head -n 1 >/dev/null; kill -PIPE $$; sleep 5")
            assert result.returncode in (128 + signal.SIGPIPE, -signal.SIGPIPE)

    def test_a_terminal_reaches_the_client_and_its_signals_once(self, on):
        act = "[ -t 0 ] && [ -t 1 ] && echo tty; " + self.COUNT.format("INT")
        process, terminal = self.on_terminal(on, act, "rm", "mine")
        self.await_text(terminal, "ready")
        os.write(terminal, b"\x03")
        text = self.rest(terminal)
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9
        assert text.count("INT") == 1
        assert "INT1" in text

    @pytest.mark.parametrize("name", ["TSTP", "STOP"])
    def test_the_guard_stops_and_goes_on_with_the_client(self, on, name):
        """``STOP`` goes to the client alone, as from a debugger: the shell gets its prompt back."""
        act = f"[ {name} = STOP ] && kill -STOP $$; " + self.WAIT
        process = subprocess.Popen(
            [LAUNCHER, "rm", "mine"],
            cwd=on.folder / "project",
            env=on.environment(act),
            stdout=subprocess.PIPE,
            process_group=0,
        )
        if name == "TSTP":
            process.stdout.readline()
            process.send_signal(signal.SIGTSTP)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        os.killpg(process.pid, signal.SIGCONT)
        assert process.wait() == 9

    @staticmethod
    def on_terminal(on, act: str, *words: str) -> tuple[int, int]:
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(on.folder / "project")
            os.execve(LAUNCHER, [str(LAUNCHER), *words], on.environment(act))
        return process, terminal

    @staticmethod
    def await_text(terminal: int, text: str) -> None:
        seen = ""
        deadline = time.monotonic() + 60
        while text not in seen:
            assert time.monotonic() < deadline
            seen += os.read(terminal, 1000).decode()

    @staticmethod
    def rest(terminal: int) -> str:
        seen = b""
        while True:
            try:
                seen += os.read(terminal, 1000)
            except OSError:  # how Linux says that the other end is closed
                os.close(terminal)
                return seen.decode()


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
        assert on.run("--guard-help").stdout.startswith("ledger_docker [--explain]")
        assert on.ran == [["ps"]]


def test_the_whole_log_of_a_stage_is_a_sound_chain(on):
    for words in (["ps"], ["rm", "mine"], ["volume", "rm", "ledger_dev_db_data"]):
        on.run(*words)
    assert verify(on.log).intact
