"""Imports every ``<application>_leak_cases.py`` beside it, so that all cases are registered."""

import importlib
from pathlib import Path

for file in sorted(Path(__file__).parent.glob("*_leak_cases.py")):
    importlib.import_module(file.stem)
