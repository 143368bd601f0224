"""Rules that ask for a backup before a change."""

from typing import Final

from policies.catalogue.rule import Layer, Rule, Sight

LF035: Final = Rule(
    id="LF035",
    slug="fresh-backup",
    title="A fresh, proven backup before production changes",
    sentence="Before production changes, its newest backup is fresh and was proved by a restore.",
    why="A backup that was never restored is a hope, and one of last month is a loss of a month.",
    sources=("S1", "S5", "D1"),
    applies_to="stacks of staging, prod and dr that hold data; asked in a preview",
    remedy="Run make backup, which proves what it makes, then preview again.",
    layers=(Layer.MAKE, Layer.POLICY, Layer.PROGRAM),
    sight=Sight.STACK,
    exceptions="The first deploy, told by data volumes that are all still to be created, is "
    "reported as an advisory note and not stopped: there is no data that a backup could hold. "
    "The pack speaks in a preview only, because the stack is "
    "looked at as a whole when an update has already happened: `pulumi up --skip-preview` by hand "
    "is therefore not covered by it. `make up`, `make rotate` and `make reconcile` are: they ask "
    "with the plan in hand, so that a run without changes needs no backup, and an interrupted "
    "first deploy goes on. The one way past them is a reason in words, `WITHOUT_BACKUP='…'`, "
    "which is printed and recorded (docs/environments.md).",
)

RULES: Final = (LF035,)
