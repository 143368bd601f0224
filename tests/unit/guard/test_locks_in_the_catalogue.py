"""The rules that are enforced outside of docker's commands are those of the catalogue."""

import pytest

from cli.confirmation import RULE as CONFIRMED
from guard.git.push import RULE as PUSHED
from guard.manage import commands
from policies.catalogue import CATALOGUE, Layer

pytestmark = pytest.mark.guard


@pytest.mark.parametrize(
    ("rule", "slug", "layer"),
    [
        (commands.LOCKED_COMMANDS, "locked-commands", Layer.MANAGE),
        (commands.MIGRATE_NEEDS_PROOF, "migrate-needs-proof", Layer.MANAGE),
        (commands.ONE_ENVIRONMENT, "one-environment", Layer.MANAGE),
        (PUSHED, "push-needs-receipt", Layer.GIT),
        (CONFIRMED, "confirmed-destruction", Layer.MAKE),
    ],
)
def test_the_id_names_the_rule_and_its_layer(rule, slug, layer):
    assert CATALOGUE[rule].slug == slug
    assert layer in CATALOGUE[rule].layers
