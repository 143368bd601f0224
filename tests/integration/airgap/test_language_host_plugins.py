"""Resource plugins written in Python run through the language host."""

import shutil

import pytest

pytestmark = pytest.mark.integration

PROVIDER = """
    import os, sys
    from pulumi.provider.experimental import server
    from pulumi.provider.experimental.property_value import PropertyValue
    from pulumi.provider.experimental.provider import (
        CheckResponse, ConfigureResponse, CreateResponse, DiffResponse, GetSchemaResponse, Provider)

    class Echo(Provider):
        async def configure(self, request):
            return ConfigureResponse(accept_secrets=True, supports_preview=True)
        async def check(self, request):
            return CheckResponse(inputs=request.new_inputs)
        async def diff(self, request):
            return DiffResponse(changes=request.old_state["text"] != request.new_inputs["text"])
        async def create(self, request):
            if request.properties["text"].value == "crash":
                print("the plugin's last words", file=sys.stderr, flush=True)
                os._exit(7)
            return CreateResponse("an-id", request.properties)
        async def delete(self, request):
            pass

    def serve(arguments):
        server.main(arguments, "1.2.3", Echo())
"""
PROGRAM = """
    import pulumi
    echo = pulumi.CustomResource("lfecho:index:Echo", "echo", {{"text": "{text}"}},
                                 pulumi.ResourceOptions(version="1.2.3"))
    pulumi.export("id", echo.id)
"""


@pytest.fixture
def plugin(project):
    folder = "../home/plugins/resource-lfecho-v1.2.3"
    project.write(f"{folder}/PulumiPlugin.yaml", "runtime: python\n")
    project.write(f"{folder}/provider.py", PROVIDER)
    return project.write(
        f"{folder}/__main__.py", "import sys, provider\nprovider.serve(sys.argv[1:])\n"
    ).parent


def test_plugin_from_the_cache_manages_a_resource(project, plugin):
    project.program(PROGRAM.format(text="hello"))

    up = project.up()
    assert up.returncode == 0, up.stdout + up.stderr
    assert project.outputs() == {"id": "an-id"}

    again = project.pulumi("preview", "--expect-no-changes")
    assert again.returncode == 0, again.stdout + again.stderr

    destroy = project.pulumi("destroy", "--yes", "--skip-preview")
    assert destroy.returncode == 0, destroy.stdout + destroy.stderr


def test_plugin_that_dies_takes_the_update_with_it(project, plugin):
    project.program(PROGRAM.format(text="crash"))

    up = project.up()

    assert up.returncode != 0
    assert "the plugin's last words" in up.stdout


def test_plugin_without_a_main_program_is_named(project, plugin):
    project.program(PROGRAM.format(text="hello"))
    (plugin / "__main__.py").unlink()

    up = project.up()

    assert up.returncode != 0
    assert f"{plugin} has no __main__.py" in up.stdout + up.stderr


def test_missing_plugin_is_named(project, plugin):
    project.program(PROGRAM.format(text="hello"))
    shutil.rmtree(plugin)

    up = project.up()

    assert up.returncode != 0
    assert "lfecho" in up.stdout + up.stderr
