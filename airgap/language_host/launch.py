"""The file that the launcher starts, by path and in isolated mode (``python -I``).

Two things happen before anything else is imported:

* the repository's root goes on ``sys.path`` of this process only, so that neither the working
  directory nor the user's environment decides what is imported, and nothing of it reaches the
  user's program;
* ``pulumi`` is declared as a bare package. The host needs the generated gRPC classes alone; the
  package's ``__init__`` would import the whole SDK, which takes longer than all the rest together.
"""

import importlib.machinery
import sys
import types
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[2]
_BARE_PACKAGES = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def _declare_bare(packages: tuple[str, ...]) -> None:
    """Make `packages` importable as parents only: their ``__init__`` does not run."""
    path: list[str] = sys.path
    for name in packages:
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or spec.submodule_search_locations is None:
            sys.exit(
                f"The Python package 'pulumi' is not installed for {sys.executable}.\n"
                "Install the requirements of this repository into that interpreter."
            )
        package = types.ModuleType(name)
        package.__path__ = path = list(spec.submodule_search_locations)
        package.__spec__ = spec
        sys.modules[name] = package


if __name__ == "__main__":
    sys.path.insert(0, str(_REPOSITORY))
    _declare_bare(_BARE_PACKAGES)
    from airgap.language_host.server import main

    sys.exit(main(sys.argv[1:]))
