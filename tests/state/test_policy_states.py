"""The rules over what Pulumi writes: exported states, checkpoints, previews as JSON."""

import json

import click
import pytest
from click.testing import CliRunner

from policies import command
from policies.catalogue import CATALOGUE
from policies.states import StateError, resources_of_preview, resources_of_state
from policies.view import Hidden

pytestmark = pytest.mark.state

CONTAINER = "docker:index/container:Container"
CANARY = "canary-51ab0e"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}


def state(name, **changes):
    return {
        "urn": f"urn:pulumi:prod::ledgerflow::a:b:C${CONTAINER}::{name}",
        "custom": True,
        "type": CONTAINER,
        "inputs": {"name": f"ledger_prod_{name}", "envs": SECRET, "privileged": True},
        **changes,
    }


def exported(*resources):
    return {"version": 3, "deployment": {"resources": list(resources)}}


def run(document, tmp_path, *arguments):
    path = tmp_path / "state.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    result = CliRunner().invoke(
        command.policy, ["--state", str(path), *arguments], standalone_mode=False
    )
    assert result.exception is None, result.exception
    return result


def test_resource_of_a_state():
    (made,) = resources_of_state(exported(state("web", protect=True)))
    assert (made.type, made.name, made.stack) == (CONTAINER, "web", "prod")
    assert made.urn.endswith("::web")
    assert made.options.protect is True
    assert made.options.delete_before_replace is None
    assert made.exists is True
    assert made.props["envs"] is Hidden.SECRET
    assert resources_of_state(exported(state("web")))[0].options.protect is False


def test_checkpoint_is_read_like_an_export():
    document = exported(state("web"))
    checkpoint = {"version": 3, "checkpoint": {"latest": document["deployment"]}}
    assert resources_of_state(checkpoint) == resources_of_state(document)
    assert resources_of_state({"version": 3, "checkpoint": {}}) == []
    assert resources_of_state({"version": 3, "deployment": {}}) == []


def test_what_is_no_resource_of_a_plugin_is_left_out():
    component = state("group", custom=False)
    provider = state("docker", type="pulumi:providers:docker")
    doomed = state("old", delete=True)
    found = resources_of_state(exported(component, provider, doomed, state("web")))
    assert [resource.name for resource in found] == ["web"]


@pytest.mark.parametrize("document", [{}, [], 3, None, {"deployment": None}, {"deployment": []}])
def test_document_that_is_no_state_is_refused(document):
    with pytest.raises(
        StateError, match="^it is no state: neither `deployment` nor `checkpoint` is in it$"
    ):
        resources_of_state(document)


def test_preview_leaves_the_last_state_of_each_resource():
    def step(op, name, new=True, old=False, **changes):
        planned = {"op": op, "urn": state(name)["urn"]}
        if new:
            planned["newState"] = state(name, **changes)
        if old:
            planned["oldState"] = state(name)
        return planned

    steps = [
        step("create", "new"),
        step("same", "same", old=True),
        step("create-replacement", "replaced", old=True),
        step("replace", "replaced", old=True),
        step("delete-replaced", "replaced", old=True, inputs={"name": "before"}),
        step("delete-replaced", "deleted", old=True),
        step("delete", "gone", new=False, old=True),
        step("delete", "gone", old=True),
        step("discard-replaced", "discarded"),
        step("update", "changed", old=True, inputs={"name": "last"}),
    ]
    found = {resource.name: resource for resource in resources_of_preview({"steps": steps})}
    assert found.keys() == {"new", "same", "replaced", "changed"}
    assert {name for name, resource in found.items() if not resource.exists} == {"new"}
    assert found["changed"].props == {"name": "last"}


@pytest.mark.parametrize("document", [{}, [], {"steps": {}}, None])
def test_document_that_is_no_preview_is_refused(document):
    with pytest.raises(StateError, match="^it is no preview: there is no list `steps` in it$"):
        resources_of_preview(document)


def test_violations_are_listed_with_id_place_and_remedy(tmp_path):
    document = exported(state("web"))
    document["deployment"]["resources"][0]["inputs"]["command"] = [f"--password={CANARY}"]
    result = run(document, tmp_path)
    assert result.return_value == 1
    assert "[mandatory] LF020 web, privileged: the container is privileged\n  -> " in result.output
    assert "LF027 web, command[0]" in result.output
    assert CANARY not in result.output
    assert result.output.strip().endswith("violations of 35 rules in 1 resources")


def test_one_violation_and_its_count(tmp_path):
    inputs = {"name": "ledger_prod_web"}
    volume = state("web", type="docker:index/volume:Volume", inputs=inputs)
    wrong = state("db", type="docker:index/volume:Volume", inputs={"name": "ledger_dev_x"})
    output = run(exported(volume, wrong), tmp_path).output
    rule = CATALOGUE["LF003"]
    assert output == (
        "[mandatory] LF003 db, name: the name does not begin with ledger_prod_\n"
        f"  -> {rule.remedy}\n1 violation of 35 rules in 2 resources\n"
    )


def test_violations_as_json(tmp_path):
    result = run(exported(state("web")), tmp_path, "--json")
    document = json.loads(result.output)
    assert result.return_value == 1
    assert (document["rules"], document["resources"]) == (35, 1)
    assert result.output == f"{json.dumps(document, indent=2)}\n"
    first = next(v for v in document["violations"] if v["rule"] == "LF020")
    assert first["resource"] == "web"
    assert first["path"] == "privileged"
    assert first["level"] == "mandatory"
    assert first["remedy"].startswith("Remove privileged")
    assert first["urn"].endswith("::web")


def test_what_could_not_be_looked_at_is_said(tmp_path):
    labels = [{"label": "a", "value": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, SECRET, SECRET]
    inputs = {"name": "ledger_prod_x", "labels": labels, "driverOpts": [["x", {"y": SECRET}]]}
    volume = state("x", type="docker:index/volume:Volume", inputs=inputs)
    other = state("y", type="random:index/randomPassword:RandomPassword", inputs={"a": SECRET})
    document = exported(volume, other)
    assert json.loads(run(document, tmp_path, "--json").output)["unseen"] == [
        {"resource": "x", "path": "driverOpts", "why": "secret"},
        {"resource": "x", "path": "labels", "why": "secret"},
        {"resource": "x", "path": "labels", "why": "unknown"},
    ]
    assert run(document, tmp_path).output == (
        "not looked at before an update, which asks the rules again: "
        "x driverOpts (secret), x labels (secret), x labels (unknown)\n"
        "0 violations of 35 rules in 2 resources\n"
    )


def test_state_without_violations(tmp_path):
    result = run(exported(), tmp_path)
    assert result.return_value == 0
    assert result.output == "0 violations of 35 rules in 0 resources\n"


def test_environment_overrides_the_stack(tmp_path):
    debugging = state("web", inputs={"envs": ["DEBUG=1"]})
    debugging["urn"] = debugging["urn"].replace("prod", "dev")
    assert "LF029" not in run(exported(debugging), tmp_path).output
    assert "LF029" in run(exported(debugging), tmp_path, "--environment", "prod").output


@pytest.mark.parametrize(
    ("text", "what"), [("{", "is not JSON"), ("[]", "no state"), ("\xff", "is not JSON")]
)
def test_unusable_state_is_one_clear_error(tmp_path, text, what):
    result = run(text, tmp_path)
    assert result.return_value == 2
    assert what in result.stderr
    assert "\n  -> " in result.stderr
    assert result.stdout == ""


def test_absent_state_is_one_clear_error(tmp_path):
    arguments = ["--state", str(tmp_path / "none")]
    result = CliRunner().invoke(command.policy, arguments, standalone_mode=False)
    assert result.return_value == 2
    assert "cannot be read" in result.output


def test_state_may_be_written_in_another_encoding_of_json(tmp_path):
    path = tmp_path / "state.json"
    path.write_bytes(json.dumps(exported(state("web"))).encode("utf-16"))
    result = CliRunner().invoke(command.policy, ["--state", str(path)], standalone_mode=False)
    assert result.return_value == 1


def main(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["policies", *arguments])
    return command.main()


@pytest.mark.parametrize(("resources", "code"), [([], 0), ([state("web")], 1)])
def test_exit_code_of_the_program(tmp_path, monkeypatch, resources, code):
    path = tmp_path / "state.json"
    path.write_text(json.dumps(exported(*resources)))
    assert main(monkeypatch, "--state", str(path)) == code


def test_wrong_use_of_the_program(monkeypatch, capsys):
    assert main(monkeypatch, "--nonsense") == 2
    assert "Usage: python -m policies [OPTIONS]" in capsys.readouterr().err


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, click.Abort])
def test_interrupted_program(monkeypatch, stopped):
    def interrupted(**_):
        raise stopped

    monkeypatch.setattr(command.policy, "main", interrupted)
    assert main(monkeypatch) == 130


def test_state_from_standard_input():
    document = json.dumps(exported(state("web")))
    result = CliRunner().invoke(
        command.policy, ["--state", "-"], input=document, standalone_mode=False
    )
    assert result.return_value == 1


@pytest.mark.parametrize("arguments", [[], ["--state", "x", "--stack", "dev"]])
def test_one_of_stack_and_state_is_needed(arguments):
    result = CliRunner().invoke(command.policy, arguments)
    assert result.exit_code == 2
    assert "either --stack or --state" in result.output


def test_unknown_stack_is_one_clear_error():
    result = CliRunner().invoke(command.policy, ["--stack", "nowhere"], standalone_mode=False)
    assert result.return_value == 2
    assert "there is no Pulumi.nowhere.yaml" in result.output


def test_official_recorded_state_is_understood(repository):
    """The resources that the official plugins recorded: judged without an error."""
    recorded = json.loads((repository / "tests/official/reference-state.json").read_text())
    resources = [
        {"urn": f"urn:pulumi:dev::p::{r['type']}::{n}", "custom": True, **r}
        for n, r in enumerate(recorded)
    ]
    found = resources_of_state(exported(*resources))
    assert len(found) == len(recorded)
    container = next(r for r in found if r.type == CONTAINER)
    assert container.props["capabilities"] == {"adds": ["CAP_CHOWN"], "drops": ["CAP_NET_RAW"]}
