"""Runtime options and the interpreter they choose."""

import sys
from pathlib import Path

import pytest
from pulumi.runtime.proto import language_pb2

from airgap.language_host import dependencies, interpreter, options
from airgap.language_host.errors import LanguageHostError
from airgap.language_host.interpreter import Interpreter
from airgap.language_host.options import RuntimeOptions

pytestmark = pytest.mark.unit


def info(root="/project", **values):
    message = language_pb2.ProgramInfo(root_directory=str(root), program_directory=str(root))
    message.options.update(values)
    return message


def test_no_options_mean_the_interpreter_of_the_host():
    chosen = interpreter.choose(options.read(info()))

    assert chosen == Interpreter(Path(sys.executable), None)
    assert chosen.environment({"PATH": "/bin"}) == {"PATH": "/bin"}


@pytest.mark.parametrize("given", ["venv", "/project/venv"])
def test_virtualenv_is_relative_to_the_project(given):
    assert options.read(info(virtualenv=given, toolchain="pip")) == RuntimeOptions(
        Path("/project/venv")
    )


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"toolchain": "uv"}, "toolchain: uv"),
        ({"typechecker": "pyright"}, "typechecker: pyright"),
        ({"virtualenv": 3}, "virtualenv must be a text"),
        ({"unknown": True}, "unknown: True"),
    ],
)
def test_unsupported_option_is_one_line_and_a_remedy(values, complaint):
    with pytest.raises(LanguageHostError, match=complaint) as caught:
        options.read(info(**values))

    assert len(str(caught.value).splitlines()) == 2


def test_virtualenv_is_activated(tmp_path):
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()

    chosen = interpreter.choose(options.read(info(tmp_path, virtualenv="venv")))

    assert chosen.executable == python
    assert chosen.environment({"PATH": "/bin", "PYTHONHOME": "/usr", "OTHER": "x"}) == {
        "PATH": f"{python.parent}:/bin",
        "VIRTUAL_ENV": str(tmp_path / "venv"),
        "OTHER": "x",
    }


@pytest.mark.parametrize(
    ("files", "last"),
    [
        (["requirements.txt", "pyproject.toml"], ["-r", "requirements.txt"]),
        (["pyproject.toml"], ["-e", "."]),
    ],
)
def test_install_makes_the_environment_and_takes_the_projects_list(tmp_path, files, last):
    for name in files:
        (tmp_path / name).touch()
    venv = tmp_path / "venv"

    make, fill = dependencies.commands(Interpreter(venv / "bin" / "python", venv), tmp_path)

    assert make == [sys.executable, "-m", "venv", venv]
    assert fill[:4] == [venv / "bin" / "python", "-m", "pip", "install"]
    assert fill[4:] == last
