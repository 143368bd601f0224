"""The rules for people (``python -m policies --stack dev``), and as Pulumi's policy pack.

Pulumi runs this folder as a program of no package, and talks to it: then the rules are served.
As a module of its package it is a person who called, who would wait for ever for a server.
"""

import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

if __package__ == "policies":
    from policies.command import main

    sys.exit(main())
else:
    from policies.pack import serve

    serve(REPOSITORY)
