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
    remedy="Make a backup and prove it, then preview again.",
    layers=(Layer.POLICY, Layer.PROGRAM),
    sight=Sight.STACK,
)
"""Mandatory, with two exceptions that are advisory notes, each for its reason: the first deploy
has no data that a backup could hold, and where no ``ledgerflow-backup`` command is installed
there is no catalogue that could be asked, so a refusal could never be satisfied."""

RULES: Final = (LF035,)
