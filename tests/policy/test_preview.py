"""The preview behind `python -m policies --stack`, with a stand-in for Pulumi that takes notes."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from policies import preview
from policies.bounded import bounded

pytestmark = pytest.mark.policy

PULUMI = """#!{python}
import json, os, pathlib, sys
place = pathlib.Path.cwd()
note = {{
    "arguments": sys.argv[1:],
    "project": (place / "Pulumi.yaml").read_text(),
    "configuration": (place / "Pulumi.x.yaml").read_text(),
    "variables": dict(os.environ),
    "input": sys.stdin.read(),
    "place": str(place),
    "state": (place / "state").is_dir(),
}}
with open("{notes}", "a") as notes:
    notes.write(json.dumps(note) + "\\n")
answer = json.loads(pathlib.Path("{answer}").read_text())
if sys.argv[3] == answer["on"]:
    print(answer["out"], end="")
    print(answer["err"], end="", file=sys.stderr)
    sys.exit(answer["code"])
"""
PROJECT = {
    "name": "x",
    "main": "stacks",
    "runtime": {"name": "python", "options": {"virtualenv": ".venv"}},
}
EVAL = 'eval "$(make -s env)"'
PLAIN = "encryptionsalt: v1:abc\nconfig: {x:y: 1}\n"
ENCRYPTED = "encryptionsalt: v1:abc\nconfig: {x:y: [1, {a: {secure: v1}}]}\n"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A repository with a stack `x`, and a `pulumi` that answers as it is told."""
    repository, tools = tmp_path / "repository", tmp_path / "bin"
    repository.mkdir()
    tools.mkdir()
    (repository / "Pulumi.yaml").write_text(yaml.safe_dump(PROJECT))
    notes, answer = tmp_path / "notes", tmp_path / "answer"
    program = tools / "pulumi"
    program.write_text(PULUMI.format(python=sys.executable, notes=notes, answer=answer))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    for name in preview.PASSPHRASES:
        monkeypatch.delenv(name, raising=False)

    def ask(configuration=PLAIN, *, on="preview", out="{}", err="", code=0):
        (repository / "Pulumi.x.yaml").write_text(configuration)
        answer.write_text(json.dumps({"on": on, "out": out, "err": err, "code": code}))
        document = preview.preview(repository, "x")
        return document, [json.loads(line) for line in notes.read_text().splitlines()]

    return ask


def test_a_stack_is_made_and_previewed_in_a_place_of_its_own(made, tmp_path):
    document, (init, asked) = made(out='{"steps": []}')
    assert document == {"steps": []}
    plain = ["--non-interactive", "--color=never"]
    assert init["arguments"] == [*plain, "stack", "init", "x"]
    assert asked["arguments"] == [*plain, "preview", "--json", "--show-sames", "--stack", "x"]
    place = Path(asked["place"])
    assert init["place"] == asked["place"]
    assert place.name.startswith("ledgerflow-policy-")
    assert not place.exists()
    assert asked["variables"]["PULUMI_BACKEND_URL"] == (place / "state").as_uri()
    assert init["variables"]["PULUMI_BACKEND_URL"] == (place / "state").as_uri()
    assert init["state"] is True
    assert asked["variables"]["DOCKER_HOST"] == f"unix://{place}/no-docker.sock"
    project = yaml.safe_load(asked["project"])
    repository = str(tmp_path / "repository")
    assert project["name"] == "x"
    assert project["main"] == f"{repository}/stacks"
    assert project["runtime"]["options"]["virtualenv"] == f"{repository}/.venv"


def test_nothing_can_be_asked_at_a_terminal(made):
    _, (init, asked) = made()
    assert init["input"] == asked["input"] == ""


def test_variables_of_another_project_do_not_get_through(made, monkeypatch):
    foreign = {
        "PULUMI_BACKEND_URL": "https://elsewhere",
        "PULUMI_STACK": "other",
        "PULUMI_ACCESS_TOKEN": "other",
        "PULUMI_OPTION_IGNORE_PROTECT": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "false",
        "PULUMI_SKIP_UPDATE_CHECK": "false",
        "PULUMI_CONFIG_PASSPHRASE": "other",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "/other",
    }
    for name, value in {**foreign, "PULUMI_HOME": "/home", "OTHER": "stays"}.items():
        monkeypatch.setenv(name, value)
    _, (_, asked) = made()
    found = asked["variables"]
    assert found.keys() & foreign.keys() == {
        "PULUMI_BACKEND_URL",
        "PULUMI_CONFIG_PASSPHRASE",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
        "PULUMI_SKIP_UPDATE_CHECK",
    }
    assert found["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert found["PULUMI_SKIP_UPDATE_CHECK"] == "true"
    assert found["PULUMI_BACKEND_URL"].startswith("file:")
    assert (found["PULUMI_HOME"], found["OTHER"]) == ("/home", "stays")


def test_configuration_without_secrets_gets_a_new_passphrase(made):
    _, (_, first) = made()
    _, (*_, second) = made()
    words = [asked["variables"]["PULUMI_CONFIG_PASSPHRASE"] for asked in (first, second)]
    assert len(set(words)) == 2
    assert all(len(word) == 32 for word in words)
    assert yaml.safe_load(first["configuration"]) == {"config": {"x:y": 1}}


@pytest.mark.parametrize("text", ["", "config: {}\n"])
def test_configuration_may_be_empty(made, text):
    _, (_, asked) = made(text)
    assert yaml.safe_load(asked["configuration"]) == (yaml.safe_load(text) or {})


@pytest.mark.parametrize("name", preview.PASSPHRASES)
def test_encrypted_configuration_keeps_its_salt_and_passphrase(made, monkeypatch, name):
    monkeypatch.setenv(name, "of its own")
    _, (_, asked) = made(ENCRYPTED)
    assert yaml.safe_load(asked["configuration"]) == yaml.safe_load(ENCRYPTED)
    assert asked["variables"][name] == "of its own"
    assert len(asked["variables"].keys() & set(preview.PASSPHRASES)) == 1


def refused(made, *arguments, **changes):
    with pytest.raises(preview.PreviewError) as caught:
        made(*arguments, **changes)
    return str(caught.value), caught.value.remedy


def test_encrypted_configuration_without_passphrase(made):
    what, remedy = refused(made, ENCRYPTED)
    assert what == "Pulumi.x.yaml holds encrypted values, and no passphrase is given"
    assert remedy == 'eval "$(make -s env)" first'


def test_absent_stack(tmp_path):
    with pytest.raises(preview.PreviewError) as caught:
        preview.preview(tmp_path, "x")
    assert str(caught.value) == "there is no Pulumi.x.yaml"
    assert caught.value.remedy == "name a stack that has such a file"


def test_no_pulumi(made, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    expected = ("there is no pulumi on the PATH", "run `make up` once")
    assert refused(made) == expected


def test_no_json(made):
    what = ("pulumi printed no JSON", "run `pulumi preview` to see why")
    assert refused(made, out="Previewing") == what


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("incorrect passphrase", f"its configuration needs its own: {EVAL} first"),
        ("passphrase must be set", f"{EVAL} first"),
        ("no resource plugin", f"run `make up` once, then {EVAL}"),
        ("something else", "put right what it names"),
    ],
)
def test_words_of_pulumi_and_what_to_do(made, words, remedy):
    failed = {"on": "stack", "err": f"{words}\n", "code": 255}
    assert refused(made, **failed) == (f"pulumi stack failed: {words}", remedy)


@pytest.mark.parametrize("out", ["", "no JSON", "[]", "{}", '{"diagnostics": null}'])
def test_failure_without_words(made, out):
    what, _ = refused(made, out=out, code=1)
    assert what == "pulumi preview failed: it gave no reason"


def test_errors_of_a_preview_are_shown_and_nothing_else_of_it(made):
    diagnostics = [
        {"severity": "error", "message": "error: first \n"},
        {"severity": "warning", "message": "canary"},
        {"message": "canary"},
        {"severity": "error", "message": "second"},
    ]
    document = json.dumps({"diagnostics": diagnostics, "config": "canary"})
    what, _ = refused(made, out=document, err="canary", code=1)
    assert what == "pulumi preview failed: first\nsecond"


def test_pulumi_that_does_not_end_is_ended_with_all_it_started(made, monkeypatch, tmp_path):
    child = tmp_path / "child"
    script = f"#!/bin/sh\n/bin/sleep 300 &\necho $! > {child}\nwait\n"
    (tmp_path / "bin" / "pulumi").write_text(script)
    monkeypatch.setattr(preview, "SECONDS", 1)
    what, remedy = refused(made)
    assert what == "pulumi stack did not end within 1 s"
    assert remedy == 'eval "$(make -s env)" first, and run it by hand'
    assert ended(int(child.read_text()))


def ended(pid):
    """Wait for the end of a process that was killed; tell whether it came."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 10)[0])
    finally:
        os.close(process)


def test_bounded_returns_what_was_printed(tmp_path):
    script = "echo $NAME; pwd >&2; exit 3"
    command = ["/bin/sh", "-c", script]
    answer = bounded(command, seconds=60, folder=tmp_path, environment={"NAME": "x"})
    assert (answer.returncode, answer.stdout, answer.stderr) == (3, "x\n", f"{tmp_path}\n")
    assert answer.args == command


def test_bounded_has_no_input(tmp_path):
    script = "import os; os.read(0, 1); os.write(1, b'ended')"
    ours, theirs = os.pipe()
    saved = os.dup(0)
    os.dup2(ours, 0)
    try:
        command = [sys.executable, "-c", script]
        answer = bounded(command, seconds=60, folder=tmp_path, environment=dict(os.environ))
    finally:
        os.dup2(saved, 0)
        for number in (saved, ours, theirs):
            os.close(number)
    assert answer.stdout == "ended"


def test_bounded_says_that_the_time_is_up(tmp_path):
    command = ["/bin/sh", "-c", "exec /bin/sleep 300"]
    with pytest.raises(subprocess.TimeoutExpired):
        bounded(command, seconds=0.2, folder=tmp_path, environment={})
