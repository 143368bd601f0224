"""The table of what becomes of an image that is, or is not, there."""

import pytest

from airgap.images.decision import Decision, Present, decide

pytestmark = pytest.mark.unit

TODAY = "a" * 64
EARLIER = "b" * 64


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (None, Decision.BUILD),
        (Present("sha256:1", origin="stand-in: x", recipe=TODAY), Decision.KEEP),
        (Present("sha256:1", origin="stand-in: x", recipe=EARLIER), Decision.BUILD),
        (Present("sha256:1", origin="stand-in: x", recipe=None), Decision.BUILD),
        (Present("sha256:1", origin=None, recipe=None), Decision.OFFICIAL),
        # A recipe label alone does not make an image ours.
        (Present("sha256:1", origin=None, recipe=EARLIER), Decision.OFFICIAL),
    ],
)
def test_decision(present, expected):
    assert decide(present, TODAY) is expected
