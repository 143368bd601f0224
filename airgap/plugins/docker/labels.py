"""Labels as the plugin's inputs have them (a list of pairs) and as Docker has them (a map)."""

from airgap.plugins.schema import Field
from airgap.plugins.values import Properties

LABELS = Field(
    shape="block_set",
    fields={"label": Field(required=True), "value": Field(required=True)},
    replace=True,
)
PREFIX = "com.ledgerflow."  # labels below it mark what LedgerFlow manages


def to_map(labels: list[Properties] | None) -> dict[str, str]:
    """`[{label, value}]` as `{label: value}`."""
    return {item["label"]: item["value"] for item in labels or []}


def to_pairs(labels: dict[str, str] | None) -> list[Properties]:
    """`{label: value}` as `[{label, value}]`, in the order of the labels."""
    return [{"label": key, "value": value} for key, value in sorted((labels or {}).items())]


def is_ours(found: dict[str, str] | None, wanted: dict[str, str]) -> bool:
    """Whether something found carries exactly the wanted labels, one of LedgerFlow's among them.

    Such a thing with the wanted name is the left-over of an interrupted run of the same program:
    made, but not recorded in the state before the run ended.
    """
    return (found or {}) == wanted and any(key.startswith(PREFIX) for key in wanted)
