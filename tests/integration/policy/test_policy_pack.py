"""The pack under a real Pulumi: a program that breaks the rules fails, one that keeps them passes.

Needs Pulumi's CLI and no Docker: a preview of a new stack asks no daemon.
"""

import json
import re
import sys
from pathlib import Path

import pytest

from airgap.plugins.install import install
from policies.catalogue import CATALOGUE, Level, Sight
from policies.view import Hidden
from tests.integration.airgap.conftest import project, pulumi_dir
from tests.policy.rule_cases import all_cases, resource

pytestmark = pytest.mark.integration
__all__ = ["project", "pulumi_dir"]

CANARY = "canary-9e21b7"
GREEN = {"file": "/etc/caddy/Caddyfile", "content": "reverse_proxy django-green:8000"}
PROGRAM = """
    import json, pathlib
    import pulumi, pulumi_docker, pulumi_random

    class Case(pulumi.ComponentResource):
        def __init__(self, name):
            super().__init__("lftest:policy:" + name, name)

    def unhidden(value):
        if isinstance(value, dict):
            return {key: unhidden(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [unhidden(inner) for inner in value]
        return later if value == "<unknown>" else value

    listed = json.loads(pathlib.Path("resources.json").read_text())
    if "<unknown>" in str(listed):
        later = pulumi_random.RandomPassword("later", length=9).result
    for wanted in listed:
        pulumi.CustomResource(
            wanted["type"], wanted["name"], unhidden(wanted["props"]),
            pulumi.ResourceOptions(
                parent=Case(wanted["case"]), version="5.2.0", **wanted["options"]))
"""


@pytest.fixture
def stack(project, repository):
    """Preview resources as a stack of their own, with the pack."""
    install(Path(project.environment["PULUMI_HOME"]), Path(sys.executable))
    project.program(PROGRAM)

    def preview(name, resources, *more):
        if name != project.stack:
            assert project.pulumi("stack", "init", name).returncode == 0
        listed = [written(case, made) for case, made in resources]
        (project.folder / "resources.json").write_text(json.dumps(listed))
        return project.pulumi("preview", "-s", name, "--policy-pack", preview.pack, *more)

    preview.pack = str(repository / "policies")
    return preview


def written(case, made):
    return {
        "case": case,
        "type": made.type,
        "name": made.name,
        "props": json.loads(json.dumps(made.props, default=lambda _: "<unknown>")),
        "options": {
            "protect": made.options.protect,
            "delete_before_replace": made.options.delete_before_replace,
        },
    }


def violating(stack):
    """The first violating case of each rule that looks at one resource, those of one stack."""
    first = {}
    for case in all_cases():
        if case.violating and not case.is_stack:
            first.setdefault(case.rule, case)
    return {r: c.resources[0] for r, c in first.items() if c.resources[0].stack == stack}


def deployed(project, volume):
    """A state in which the volume was created before."""
    stack_urn = f"urn:pulumi:prod::{project.name}::pulumi:pulumi:Stack::{project.name}-prod"
    provider = f"urn:pulumi:prod::{project.name}::pulumi:providers:docker::default_5_2_0"
    case = f"urn:pulumi:prod::{project.name}::lftest:policy:data::data"
    own = f"urn:pulumi:prod::{project.name}::lftest:policy:data${volume.type}::{volume.name}"
    outputs = {**volume.props, "mountpoint": "/var/lib/docker/volumes/x/_data", "driver": "local"}
    listed = [
        {"urn": stack_urn, "custom": False, "type": "pulumi:pulumi:Stack"},
        {
            "urn": provider,
            "custom": True,
            "id": "0b7c2f9e-4a54-4c86-9d6e-0123456789ab",
            "type": "pulumi:providers:docker",
            "inputs": {"version": "5.2.0"},
            "outputs": {"version": "5.2.0"},
        },
        {"urn": case, "custom": False, "type": "lftest:policy:data", "parent": stack_urn},
        {
            "urn": own,
            "custom": True,
            "id": volume.props["name"],
            "type": volume.type,
            "parent": case,
            "protect": True,
            "provider": f"{provider}::0b7c2f9e-4a54-4c86-9d6e-0123456789ab",
            "inputs": volume.props,
            "outputs": outputs,
        },
    ]
    return {"version": 3, "deployment": {"manifest": {}, "resources": listed}}


def reported(output):
    """Return what was said about each rule: from a policy's line to the next one's."""
    parts = re.split(r"(?=- \[\w+\]\s+LF\d{3})", output)
    said = {}
    for part in parts[1:]:
        said.setdefault(re.search(r"LF\d{3}", part)[0], []).append(" ".join(part.split()))
    return said


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_violation_fails_a_preview_with_id_and_remedy(stack, name):
    chosen = violating(name)
    assert len(chosen) > 5

    answer = stack(name, chosen.items())

    assert answer.returncode != 0
    said = reported(answer.stdout)
    for number, made in chosen.items():
        rule = CATALOGUE[number]
        if rule.level is Level.REMEDIATE:
            assert said[number][0].startswith(f"- [remediate] {rule.name}")
            continue
        first = next(text for text in said[number] if f"{number}: {made.name}" in text)
        assert first.startswith(f"- [mandatory] {rule.name}")
        assert f"Remedy: {rule.remedy}" in first


def test_every_rule_that_looks_at_one_resource_was_tried():
    tried = violating("dev").keys() | violating("prod").keys()
    assert tried == {n for n, rule in CATALOGUE.items() if rule.sight is Sight.RESOURCE}


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_program_that_keeps_the_rules_passes(stack, name):
    bases = ["postgres", "redis", "blue", "green", "caddy", "data_volume", "cache_volume", "image"]

    answer = stack(name, [(base, resource(base, stack=name)) for base in bases])

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert set(reported(answer.stdout)) == ({"LF035"} if name == "prod" else set())
    assert "[mandatory]" not in answer.stdout


def test_unknown_values_leave_the_known_ones_mandatory(stack):
    """A rule that touched an unknown value would be reported as one that could not run."""
    unknown = {"set": {"image": "<unknown>", "envs": ["<unknown>", "API_TOKEN=x"]}}
    made = resource("container", **unknown)
    assert made.props["image"] is Hidden.UNKNOWN

    answer = stack("dev", [("unknown", made)])

    assert answer.returncode != 0
    assert "can't run policy" not in answer.stdout
    assert set(reported(answer.stdout)) == {"LF026"}


def test_unknown_value_is_judged_in_the_update_before_anything_is_touched(stack, project):
    """Not known in a preview, which passes; known in the update, which the same rule stops."""
    made = resource("container", set={"image": "<unknown>"})
    assert stack("dev", [("unknown", made)]).returncode == 0

    update = project.pulumi("up", "--yes", "--skip-preview", "--policy-pack", stack.pack)

    assert update.returncode != 0
    (text,) = reported(update.stdout)["LF007"]
    assert text.startswith("- [mandatory] LF007-image-by-content")
    exported = json.loads(project.pulumi("stack", "export").stdout)
    types = {state["type"] for state in exported["deployment"]["resources"]}
    assert "random:index/randomPassword:RandomPassword" in types
    assert made.type not in types


def test_no_value_is_shown(stack):
    canaries = {
        "set": {
            "envs": [f"API_TOKEN={CANARY}", f"URL=redis://:{CANARY}@redis"],
            "command": ["app", f"--password={CANARY}"],
            "uploads": [{"file": "/run/secrets/x", "content": f"development-only-{CANARY}"}],
            "logOpts": {"tag": CANARY},
        }
    }

    answer = stack("prod", [("canary", resource("container", stack="prod", **canaries))])

    assert answer.returncode != 0
    assert {"LF016", "LF026", "LF027", "LF031"} <= set(reported(answer.stdout))
    assert CANARY not in answer.stdout + answer.stderr


def test_rules_over_the_whole_stack(stack):
    twice = [("a", resource("blue")), ("b", resource("blue", set={"name": "ledger_dev_x"}))]
    lonely = ("c", resource("caddy", set={"uploads": [GREEN]}))

    answer = stack("dev", [*twice, lonely])

    assert answer.returncode != 0
    said = reported(answer.stdout)
    assert said.keys() == {"LF032", "LF034"}
    for number, texts in said.items():
        assert all(CATALOGUE[number].remedy in text for text in texts)


def test_stale_backup_stops_a_change_of_production(stack, project, tmp_path):
    """The same program: a first deploy with a note, refused once its volume exists."""
    project.environment["LEDGERFLOW_ARCHIVE"] = str(tmp_path)
    volume = resource("data_volume", stack="prod")
    first = stack("prod", [("data", volume)])
    assert first.returncode == 0, first.stdout
    assert "[advisory]  LF035-fresh-backup-note" in first.stdout

    project.write("state.json", json.dumps(deployed(project, volume)))
    imported = project.pulumi("stack", "import", "-s", "prod", "--file", "state.json")
    assert imported.returncode == 0, imported.stderr
    again = project.pulumi("preview", "-s", "prod", "--policy-pack", stack.pack)

    assert again.returncode != 0
    (text,) = reported(again.stdout)["LF035"]
    assert text.startswith("- [mandatory] LF035-fresh-backup ")
    assert CATALOGUE["LF035"].remedy in text


def test_container_without_restart_and_log_caps_gets_both(stack):
    made = resource("container", drop=["restart", "logDriver", "logOpts"])

    answer = stack("dev", [("bare", made)])

    assert answer.returncode == 0, answer.stdout + answer.stderr
    said = reported(answer.stdout)
    assert said.keys() == {"LF012", "LF016"}
    assert all(text.startswith("- [remediate]") for texts in said.values() for text in texts)


def test_rules_with_a_remedy_stop_like_others_when_it_is_switched_off(stack, project):
    numbers = ["LF012", "LF016"]
    levels = {CATALOGUE[number].name: "mandatory" for number in numbers}
    config = project.write("levels.json", json.dumps(levels))
    made = resource("container", drop=["restart", "logDriver", "logOpts"])

    answer = stack("dev", [("bare", made)], "--policy-pack-config", str(config))

    assert answer.returncode != 0
    said = reported(answer.stdout)
    assert said.keys() == set(numbers)
    for number in numbers:
        assert said[number][0].startswith(f"- [mandatory] {CATALOGUE[number].name}")
        assert CATALOGUE[number].remedy in said[number][0]
