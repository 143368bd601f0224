"""Entry point of ``pulumi up``: picks the program by the stack."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stacks.environment import provision

provision()
