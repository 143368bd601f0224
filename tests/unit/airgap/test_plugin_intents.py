"""Declared creations: kept per project, resource and name."""

from pathlib import Path

import pytest

from airgap.plugins.docker.intents import Intents

pytestmark = pytest.mark.unit


def test_an_intent_holds_until_it_is_withdrawn(tmp_path):
    intents = Intents(tmp_path / "intents", Path("/p"))
    assert not intents.declared("urn", "n")
    intents.declare("urn", "n")
    intents.declare("urn", "n")
    assert intents.declared("urn", "n")
    intents.withdraw("urn", "n")
    intents.withdraw("urn", "n")
    assert not intents.declared("urn", "n")


@pytest.mark.parametrize(
    ("project", "urn", "name"), [("/q", "urn", "n"), ("/p", "other", "n"), ("/p", "urn", "m")]
)
def test_an_intent_is_of_one_project_resource_and_name(tmp_path, project, urn, name):
    Intents(tmp_path, Path("/p")).declare("urn", "n")
    assert not Intents(tmp_path, Path(project)).declared(urn, name)


def test_an_unwritable_home_is_no_error():
    intents = Intents(Path("/dev/null/intents"), Path("/p"))
    intents.declare("urn", "n")
    assert not intents.declared("urn", "n")


def test_intents_are_kept_in_pulumis_home(tmp_path, monkeypatch):
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    Intents.of_this_process().declare("urn", "n")
    assert len(list((tmp_path / "ledgerflow" / "intents").iterdir())) == 1
