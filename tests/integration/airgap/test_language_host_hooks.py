"""Resource hooks run in the program, on every command that runs the program."""

import pytest

pytestmark = pytest.mark.integration

GUARDED = """
    import pulumi

    def before_create(args):
        print("hook before_create of", args.name)

    def before_delete(args):
        if pulumi.Config().get_bool("backed_up"):
            print("hook allows the delete")
        else:
            raise Exception("no verified backup of " + args.name)

    hooks = pulumi.ResourceHookBinding(
        before_create=[pulumi.ResourceHook("announce", before_create,
                                           opts=pulumi.ResourceHookOptions(on_dry_run=True))],
        before_delete=[pulumi.ResourceHook("backup", before_delete)],
    )
    pulumi.Stash("data", input="precious",
                 opts=pulumi.ResourceOptions(hooks=hooks, protect=True))
"""


def _resources(project):
    return project.pulumi("stack", "--show-urns").stdout


def test_hook_runs_on_preview_and_up(project):
    project.program(GUARDED)

    preview = project.pulumi("preview")
    assert preview.returncode == 0, preview.stdout + preview.stderr
    assert "hook before_create of data" in preview.stdout

    up = project.up()
    assert up.returncode == 0, up.stdout + up.stderr
    assert "hook before_create of data" in up.stdout
    assert "pulumi:index:Stash::data" in _resources(project)


def test_before_delete_stops_destroy_even_when_protect_is_ignored(project):
    project.program(GUARDED)
    assert project.up().returncode == 0
    destroy = ("destroy", "--yes", "--skip-preview", "--run-program")

    refused = project.pulumi(*destroy, "--ignore-protect")

    assert refused.returncode != 0
    assert "no verified backup of data" in refused.stdout
    assert "pulumi:index:Stash::data" in _resources(project)

    without_program = project.pulumi("destroy", "--yes", "--skip-preview", "--ignore-protect")
    assert without_program.returncode != 0
    assert "pulumi:index:Stash::data" in _resources(project)

    project.pulumi("config", "set", "backed_up", "true")
    allowed = project.pulumi(*destroy, "--ignore-protect")
    assert allowed.returncode == 0, allowed.stdout + allowed.stderr
    assert "hook allows the delete" in allowed.stdout
    assert "pulumi:index:Stash::data" not in _resources(project)


def test_transform_runs_in_the_program(project):
    project.program("""
        import pulumi
        pulumi.runtime.register_resource_transform(
            lambda args: pulumi.ResourceTransformResult({"input": "changed"}, args.opts))
        pulumi.export("value", pulumi.Stash("data", input="given").output)
    """)

    assert project.up().returncode == 0
    assert project.outputs() == {"value": "changed"}
