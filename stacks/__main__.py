"""Entry point of ``pulumi up``: picks the program by the stack's name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pulumi

from infra.backup_settings import environment_of

if environment_of(pulumi.get_stack()) is None:
    from stacks.environment import provision
else:
    from stacks.backup import provision

provision()
