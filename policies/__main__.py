"""The policy pack: serves the rules to Pulumi; everything else is in modules that tests import."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from policies.pack import serve

serve(Path(__file__).resolve().parents[1])
