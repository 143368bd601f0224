"""``ledger_docker`` as a whole process, before a docker that records and a daemon that answers."""

import hashlib
import json
import subprocess

import pytest
import stage
from stage import LAUNCHER

from guard.audit.verifying import verify
from guard.command import codes

pytestmark = pytest.mark.guard


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


@pytest.mark.parametrize(
    "words",
    [
        ["volume", "rm", "--passwrod=canary-123", "x"],
        ["run", "--label", "x.token=canary-123", "-e", "TOKEN=canary-123", "x"],
        ["exec", "mine", "sh", "-c", "PGPASSWORD=canary-123 psql"],
        ["exec", "mine", "psql", "postgresql://u:canary-123@h/x"],
    ],
)
def test_no_secret_is_shown(on, words):
    told = [on.run(*own, *words) for own in (["--explain"], ["--explain", "--json"], ["--json"])]
    assert all("canary-123" not in result.stdout + result.stderr for result in told)
    assert "canary-123" not in json.dumps(on.lines)


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


def test_the_whole_log_of_a_stage_is_a_sound_chain(on):
    for words in (["ps"], ["rm", "mine"], ["volume", "rm", "ledger_dev_db_data"]):
        on.run(*words)
    assert verify(on.log).intact
