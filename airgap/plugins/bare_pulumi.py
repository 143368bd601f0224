"""Pulumi's gRPC classes without the rest of the `pulumi` package.

Importing `pulumi` takes about 60 ms, most of it for modules that only a program needs. A plugin
starts for every command, so it registers bare package modules first: Python then finds
`pulumi.runtime.proto.*` without running `pulumi/__init__.py`.
"""

import sys
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType


def use_bare_pulumi() -> None:
    """Make `import pulumi.runtime.proto.…` cheap in this process.

    Call it before anything imports `pulumi`; afterwards the full package cannot be used in this
    process. Does nothing when the full package is already there.

    Raises ModuleNotFoundError when the `pulumi` package is not installed.
    """
    if "pulumi" in sys.modules:
        return
    spec = PathFinder.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        message = "the package `pulumi` is not installed; run `make env`"
        raise ModuleNotFoundError(message)
    root = Path(next(iter(spec.submodule_search_locations)))
    for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
        module = ModuleType(name)
        module.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = module
