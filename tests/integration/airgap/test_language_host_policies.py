"""Policy packs written in Python run through the language host."""

import json

import pytest

pytestmark = pytest.mark.integration

PACK = """
    import names
    from pulumi_policy import (
        EnforcementLevel, PolicyConfigSchema, PolicyPack, ResourceValidationPolicy)

    PolicyPack("lftest-pack", enforcement_level=EnforcementLevel.MANDATORY, policies=[
        ResourceValidationPolicy(
            name="no-forbidden-word",
            description="A stash must not hold a forbidden word.",
            validate=names.validate,
            config_schema=PolicyConfigSchema({"word": {"type": "string", "default": "secret"}}),
        ),
    ])
"""
RULE = """
    def validate(args, report):
        if args.resource_type == "pulumi:index:Stash":
            word = args.get_config()["word"]
            if word in str(args.props.get("input")):
                report("the word " + word + " is in " + args.name)
"""
PROGRAM = 'import pulumi\npulumi.Stash("data", input="{value}")\n'


@pytest.fixture
def pack(project):
    project.write("../pack/PulumiPolicy.yaml", "runtime: python\nversion: 1.0.0\n")
    project.write("../pack/names.py", RULE)
    return project.write("../pack/__main__.py", PACK).parent


def test_mandatory_violation_stops_a_preview(project, pack):
    project.program(PROGRAM.format(value="a secret"))

    answer = project.pulumi("preview", "--policy-pack", str(pack))

    assert answer.returncode != 0
    assert "[mandatory]" in answer.stdout
    assert "the word secret is in data" in answer.stdout


def test_obedient_program_passes(project, pack):
    project.program(PROGRAM.format(value="harmless"))

    answer = project.up("--policy-pack", str(pack))

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "lftest-pack" in answer.stdout


def test_pack_is_configured_from_a_file(project, pack):
    project.program(PROGRAM.format(value="harmless"))
    configuration = project.write(
        "policy-config.json", json.dumps({"no-forbidden-word": {"word": "harm"}})
    )

    answer = project.pulumi(
        "preview", "--policy-pack", str(pack), "--policy-pack-config", str(configuration)
    )

    assert answer.returncode != 0
    assert "the word harm is in data" in answer.stdout


def test_analyze_judges_an_exported_state(project, pack):
    project.program(PROGRAM.format(value="a secret"))
    assert project.up().returncode == 0
    state = project.folder / "state.json"
    project.pulumi("stack", "export", "--file", str(state))

    answer = project.pulumi("policy", "analyze", "--file", str(state), "--policy-pack", str(pack))

    assert answer.returncode != 0
    assert "the word secret is in data" in answer.stdout


def test_broken_pack_is_reported_with_its_traceback(project, pack):
    project.program(PROGRAM.format(value="harmless"))
    (pack / "names.py").write_text("raise ValueError('broken rule')\n")

    answer = project.pulumi("preview", "--policy-pack", str(pack))

    assert answer.returncode != 0
    assert "ValueError: broken rule" in answer.stdout + answer.stderr
