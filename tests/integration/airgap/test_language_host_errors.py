"""A program's errors are shown as the official language host shows them."""

import pytest

pytestmark = pytest.mark.integration


def _diagnostics(answer):
    assert answer.returncode != 0, answer.stdout
    return answer.stdout.split("Diagnostics:")[1]


def test_exception_shows_the_traceback_from_the_program_on(project):
    project.write("deeper.py", "def fail():\n    raise ValueError('no such thing')\n")
    project.program("import deeper\n\ndeeper.fail()\n")

    shown = _diagnostics(project.pulumi("preview"))

    assert "error: Program failed with an unhandled exception:" in shown
    assert f'File "{project.folder}/__main__.py", line 3, in <module>' in shown
    assert "deeper.fail()" in shown
    assert "ValueError: no such thing" in shown
    assert "runpy" not in shown
    assert "run_program" not in shown
    assert "exit code" not in shown


def test_exception_in_an_apply_fails_the_update(project):
    project.program("""
        import pulumi
        pulumi.Output.from_input(1).apply(lambda value: value / 0)
    """)

    shown = _diagnostics(project.up())

    assert "ZeroDivisionError: division by zero" in shown


def test_cause_of_an_exception_is_shown(project):
    project.program("""
        try:
            open("nowhere")
        except OSError as error:
            raise RuntimeError("could not begin") from error
    """)

    shown = _diagnostics(project.pulumi("preview"))

    assert "FileNotFoundError" in shown
    assert "RuntimeError: could not begin" in shown


def test_run_error_is_one_line_without_traceback(project):
    project.program("import pulumi\nraise pulumi.RunError('the setting port is taken')\n")

    shown = _diagnostics(project.pulumi("preview"))

    assert "error: the setting port is taken\n" in shown
    assert "Traceback" not in shown


def test_missing_configuration_says_how_to_set_it(project):
    project.program("import pulumi\npulumi.Config().require('port')\n")

    shown = _diagnostics(project.pulumi("preview"))

    assert f"Missing required configuration variable '{project.name}:port'" in shown
    assert "Traceback" not in shown


def test_syntax_error_names_the_line(project):
    project.program("print(1)\nx = = 1\n")

    shown = _diagnostics(project.pulumi("preview"))

    assert f'File "{project.folder}/__main__.py", line 2' in shown
    assert "SyntaxError: invalid syntax" in shown
    assert "runpy" not in shown


def test_exit_code_of_the_program_is_honoured(project):
    project.program("import sys\nsys.exit(3)\n")
    assert "program exited with non-zero exit code: 3" in _diagnostics(project.pulumi("preview"))

    project.program("import pulumi, sys\npulumi.export('done', True)\nsys.exit(0)\n")
    assert project.up().returncode == 0


def test_program_that_kills_itself_is_an_error(project):
    project.program("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")

    assert "program was ended by signal 9" in _diagnostics(project.pulumi("preview"))


def test_missing_main_program_is_named(project):
    answer = project.pulumi("preview")

    assert answer.returncode != 0
    assert "__main__.py" in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("toolchain: poetry", "toolchain: poetry is not supported"),
        ("typechecker: mypy", "typechecker: mypy is not supported"),
        ("colour: red", "colour: red is not supported"),
        ("virtualenv: missing", "has no bin/python"),
    ],
)
def test_unsupported_runtime_option_is_named(project, option, complaint):
    project.write(
        "Pulumi.yaml",
        f"name: {project.name}\nruntime: {{name: python, options: {{{option}}}}}\n",
    )
    project.program("")

    answer = project.pulumi("preview")

    assert answer.returncode != 0
    assert complaint in answer.stdout + answer.stderr
