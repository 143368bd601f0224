"""Clears away what an interrupted run left behind; only ever under the archive's lock."""

from collections.abc import Sequence

from backup.proof.scratch import sweep as sweep_scratch
from backup.publish import sweep_partials
from backup.settings import Settings
from backup.steps import step
from backup.unfinished import settle_all


def sweep(settings: Settings) -> Sequence[str]:
    """Remove unfinished files, files without a manifest and scratch servers; return their names."""
    swept = sweep_partials(settings.folder)
    swept += settle_all(settings.folder)
    swept += sweep_scratch(settings.scratch)
    step("swept")
    return swept
