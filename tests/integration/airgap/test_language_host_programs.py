"""Programs run as they do with the official language host."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration


def test_program_sees_its_stack_and_exports(project):
    project.program("""
        import os, sys, pulumi
        config = pulumi.Config()
        pulumi.export("project", pulumi.get_project())
        pulumi.export("stack", pulumi.get_stack())
        pulumi.export("root", pulumi.get_root_directory())
        pulumi.export("organization", pulumi.get_organization())
        pulumi.export("preview", pulumi.runtime.is_dry_run())
        pulumi.export("working_directory", os.getcwd())
        pulumi.export("first_on_path", sys.path[0])
        pulumi.export("plain", config.require("plain"))
        pulumi.export("secret", config.require_secret("hidden"))
        pulumi.export("standard_input", sys.stdin.read())
    """)
    project.pulumi("config", "set", "plain", "some text")
    project.pulumi("config", "set", "--secret", "hidden", "some secret")

    answer = project.up()

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "some secret" not in answer.stdout
    assert project.outputs() == {
        "project": project.name,
        "stack": "dev",
        "root": str(project.folder),
        "organization": "organization",
        "preview": False,
        "working_directory": str(project.folder),
        "first_on_path": str(project.folder),
        "plain": "some text",
        "secret": "some secret",
        "standard_input": "",
    }


def test_configuration_reaches_threads_but_not_the_environment(project):
    project.program("""
        import subprocess, sys, threading, pulumi
        seen, config = [], pulumi.Config()
        thread = threading.Thread(target=lambda: seen.append(config.get("hidden")))
        thread.start(); thread.join()
        pulumi.export("in_thread", seen == ["some secret"])
        shown = subprocess.run(["env"], capture_output=True, text=True).stdout
        shown += open(f"/proc/self/cmdline").read() + open("/proc/self/environ").read()
        pulumi.export("leaked", "some secret" in shown)
    """)
    project.pulumi("config", "set", "--secret", "hidden", "some secret")

    assert project.up().returncode == 0
    assert project.outputs() == {"in_thread": True, "leaked": False}


def test_program_does_not_see_the_host(project):
    """The repository is neither importable nor named in what the program inherits."""
    project.program("""
        import importlib.util, os, sys, pulumi
        pulumi.export("airgap", importlib.util.find_spec("airgap") is not None)
        pulumi.export("python_path", os.environ.get("PYTHONPATH", "not set"))
        pulumi.export("argv", sys.argv)
        pulumi.export("modules", [m for m in sys.modules if m.startswith("airgap")])
    """)

    assert project.up().returncode == 0
    assert project.outputs() == {
        "airgap": False,
        "python_path": "not set",
        "argv": [str(project.folder)],
        "modules": [],
    }


def test_hostile_environment_does_not_break_the_host(project):
    project.write("grpc.py", "raise SystemExit('the wrong grpc')")
    project.environment["PYTHONPATH"] = str(project.folder)
    project.environment["PYTHONSTARTUP"] = str(project.folder / "grpc.py")

    answer = project.pulumi("about")

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert f"executable='{sys.executable}'" in answer.stdout


@pytest.mark.parametrize("main", ["stacks/", "stacks/other.py"])
def test_main_may_be_a_folder_or_a_file(project, main):
    project.write("Pulumi.yaml", f"name: {project.name}\nruntime: python\nmain: {main}\n")
    program = "import pulumi, neighbour\npulumi.export('value', neighbour.VALUE)\n"
    project.write("stacks/neighbour.py", "VALUE = 42\n")
    project.write("stacks/__main__.py", program)
    project.write("stacks/other.py", program)

    answer = project.up()

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert project.outputs() == {"value": 42}


def test_output_is_shown_in_order(project):
    project.program("""
        import sys
        for number in range(5):
            print("line", number)
        print("to standard error", file=sys.stderr)
        print("unfinished", end="")
    """)

    answer = project.pulumi("preview")

    assert answer.returncode == 0, answer.stdout + answer.stderr
    shown = answer.stdout.split("Diagnostics:")[1]
    positions = [shown.index(f"line {number}") for number in range(5)]
    assert positions == sorted(positions)
    assert "to standard error" in shown
    assert "unfinished" in shown


def test_about_names_the_interpreter_and_the_host(project):
    project.program("")

    answer = json.loads(project.pulumi("about", "--json").stdout)

    assert answer["runtime"]["executable"] == sys.executable
    assert answer["runtime"]["version"] == ".".join(map(str, sys.version_info[:3]))
    assert answer["runtime"]["language host"] == "LedgerFlow"
    assert "pulumi_random" in {dependency["name"] for dependency in answer["dependencies"]}


def test_virtualenv_option_selects_the_interpreter(project):
    """The environment is made by ``pulumi install``; its packages come from the outer one."""
    project.write(
        "Pulumi.yaml",
        f"""\
        name: {project.name}
        runtime: {{name: python, options: {{toolchain: pip, virtualenv: venv}}}}
        """,
    )
    project.program("""
        import os, sys, pulumi
        pulumi.export("prefix", sys.prefix)
        pulumi.export("active", os.environ["VIRTUAL_ENV"])
    """)
    project.write("requirements.txt", "")
    assert "has no bin/python" in project.up().stderr

    answer = project.pulumi("install")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    _lend_packages(project.folder / "venv")
    answer = project.up()

    assert answer.returncode == 0, answer.stdout + answer.stderr
    venv = str(project.folder / "venv")
    assert project.outputs() == {"prefix": venv, "active": venv}


def _lend_packages(venv):
    """Let `venv` import what this interpreter imports, instead of downloading it again."""
    ask = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    inner = subprocess.check_output([venv / "bin/python", "-c", ask], text=True).strip()
    outer = subprocess.check_output([sys.executable, "-c", ask], text=True)
    (Path(inner) / "lent.pth").write_text(outer)
