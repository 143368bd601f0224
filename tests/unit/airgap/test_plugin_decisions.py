"""The stand-ins plan what the official plugins were recorded to plan."""

import json

import pytest

from airgap.plugins.decisions import RECORDINGS, verdicts
from airgap.plugins.replay import Replay

pytestmark = pytest.mark.unit

VERDICTS = verdicts()


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda v: json.dumps(v.change)[:60])
def test_a_recorded_decision_agrees_or_is_deliberate(verdict):
    assert verdict.agrees or verdict.reason, f"official {verdict.recorded}, ours {verdict.ours}"


def test_every_deliberate_disagreement_is_a_disagreement():
    named = json.loads((RECORDINGS / "deliberate.json").read_text())["cases"]
    deliberate = [v.change for v in VERDICTS if v.word == "deliberate"]
    assert [case["change"] for case in named] == deliberate


def test_a_disagreement_without_a_reason_is_found(tmp_path):
    for name in ("reference-state.json", "deliberate.json"):
        (tmp_path / name).write_text((RECORDINGS / name).read_text())
    case = {"change": {"container": {"user": "1"}}, "result": {}}
    (tmp_path / "preview-decisions.json").write_text(json.dumps({"cases": [case]}))
    assert [v.word for v in verdicts(tmp_path)] == ["DISAGREE"]


def test_an_unchanged_program_over_the_official_state_has_no_difference():
    state = json.loads((RECORDINGS / "reference-state.json").read_text())
    assert Replay(state).decide({}) == {}
