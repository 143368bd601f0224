"""Retention against its invariants on random histories; the seeds make each case repeatable."""

import os
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.backup.retention_histories import check, history

pytestmark = pytest.mark.unit

HISTORIES = int(os.environ.get("LEDGERFLOW_RETENTION_HISTORIES", "100000"))
"""How many are tried; docs/backup/retention.md has the command for more."""


def test_random_histories_keep_the_invariants():
    removing = held = 0
    for seed in range(HISTORIES):
        try:
            made = check(history(Random(seed)))
        except AssertionError as broken:
            raise AssertionError(f"seed {seed} breaks an invariant") from broken
        removing += bool(made.removable)
        held += bool(made.holds)
    # The generator is worth nothing when its histories decide nothing.
    assert removing > HISTORIES / 10
    assert HISTORIES / 10 < held < HISTORIES * 3 / 4


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_histories_that_hypothesis_shapes_keep_the_invariants(random: Random):
    check(history(random))
