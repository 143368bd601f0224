"""Which Python runs a program, and the environment it runs in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from airgap.language_host.errors import LanguageHostError
from airgap.language_host.options import RuntimeOptions


@dataclass(frozen=True)
class Interpreter:
    """A Python executable and, when it was configured, its virtual environment."""

    executable: Path
    virtualenv: Path | None

    @property
    def is_own(self) -> bool:
        """Whether it is the interpreter that runs the language host itself."""
        return self.virtualenv is None

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` as it looks with the configured virtual environment activated."""
        environment = dict(base)
        if self.virtualenv is not None:
            environment["VIRTUAL_ENV"] = str(self.virtualenv)
            path = environment.get("PATH", os.defpath)
            environment["PATH"] = f"{self.executable.parent}{os.pathsep}{path}"
            environment.pop("PYTHONHOME", None)
        return environment


def choose(options: RuntimeOptions) -> Interpreter:
    """The interpreter of the configured virtual environment, or the host's own.

    Raises:
        LanguageHostError: the virtual environment does not exist.
    """
    if options.virtualenv is None:
        return Interpreter(Path(sys.executable), None)
    executable = options.virtualenv / "bin" / "python"
    if not executable.exists():
        raise LanguageHostError(
            f"The virtual environment {options.virtualenv} has no bin/python.",
            "Run `pulumi install` to create it, or correct runtime.options.virtualenv.",
        )
    return Interpreter(executable, options.virtualenv)


@lru_cache
def search_path(interpreter: Interpreter) -> tuple[str, ...]:
    """The folders from which `interpreter` imports installed packages."""
    if interpreter.is_own:
        return tuple(sys.path)
    answer = subprocess.run(
        [interpreter.executable, "-I", "-c", "import sys; print('\\n'.join(sys.path))"],
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(answer.stdout.splitlines())


def version(interpreter: Interpreter) -> str:
    """The version of `interpreter`, such as ``3.11.2``."""
    if interpreter.is_own:
        return ".".join(str(part) for part in sys.version_info[:3])
    answer = subprocess.run(
        [interpreter.executable, "-I", "-c", "import platform; print(platform.python_version())"],
        check=True,
        capture_output=True,
        text=True,
    )
    return answer.stdout.strip()
