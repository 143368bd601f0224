"""Rules that make a container tell whose it is."""

from typing import Final

from policies.catalogue.rule import Rule

LF023: Final = Rule(
    id="LF023",
    slug="labels",
    title="Containers tell whose they are",
    sentence="Every container has the labels com.ledgerflow.environment, .service and .stack, and "
    "the first and last name its own stack's environment.",
    why="Guard, drift check and clean-up find LedgerFlow's containers by these labels.",
    sources=("S1", "S6", "design: names"),
    applies_to="containers",
    remedy="Take the labels from infra.render.container.labels.",
)

RULES: Final = (LF023,)
