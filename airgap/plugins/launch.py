"""The file that a plugin's launcher starts, by path and in isolated mode (`python -I`).

    python -I launch.py docker

Isolated mode keeps the working directory and the user's environment variables from deciding what
is imported; the repository's root goes on the path here.
"""

import sys
from importlib import import_module
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import_module(f"airgap.plugins.{sys.argv[1]}.__main__").main()
