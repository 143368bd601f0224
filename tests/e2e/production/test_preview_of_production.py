"""The preview of a running production: what a change would do, and what the rules say to it."""

import json

import pytest
import yaml
from machine import Clone

from tests.ports import free_ports

pytestmark = pytest.mark.e2e

CANARY = "canary-1b7e-in-a-wrong-place"


def previewed(clone):
    """Run `make preview`; return its result, the document for people, and the one for programs."""
    result = clone.make("preview")
    folder = clone.path / ".ledgerflow" / "previews"
    path = folder / f"{clone.environment}.json"
    assert path.exists(), result.stdout + result.stderr
    return result, path.with_suffix(".md").read_text(), json.loads(path.read_text())


def test_nothing_to_do(production):
    result, markdown, report = previewed(production)
    assert result.returncode == 0
    assert markdown.startswith(f"# {production.environment}: nothing to do\n")
    assert report["changes"] == report["interruptions"] == report["volumes"] == []
    assert report["rules"] == []
    assert report["policy_packs"] == ["ledgerflow"]


def test_a_change_tells_interruption_data_rules_and_secrets(production, secret_values):
    before = production.stack_file.read_text()
    document = yaml.safe_load(before)
    document["config"]["ledgerflow:time_zone"] = "Europe/Zurich"
    document["config"]["ledgerflow:limits"] = {"redis": {"memory_mib": 300, "cpus": 1}}
    document["config"]["ledgerflow:secrets"]["searxng-secret"] = CANARY
    try:
        production.stack_file.write_text(yaml.safe_dump(document))
        result, markdown, report = previewed(production)
    finally:
        production.stack_file.write_text(before)
    assert result.returncode == 2
    assert "Error 2" in result.stderr

    actions = {change["name"]: change["action"] for change in report["changes"]}
    assert actions["django-blue"] == actions["django-green"] == "replaced"
    assert actions["searxng"] == "replaced"
    assert actions["redis"] == "changed"
    assert "postgres" not in actions
    pauses = {pause["service"]: pause for pause in report["interruptions"]}
    assert set(pauses) == {"django-blue", "searxng"}  # nobody is sent to the other slot
    assert all(0 < pause["usual"] <= pause["longest"] for pause in pauses.values())
    assert f"- `django-blue`: about {pauses['django-blue']['usual']} s, at most" in markdown
    touched = {volume["name"]: volume["protected"] for volume in report["volumes"]}
    assert touched == {
        production.volume("media_data"): True,
        production.volume("redis_data"): False,
        production.volume("audit"): False,
    }
    assert f"**PROTECTED** `{production.volume('media_data')}`" in markdown
    assert "All kept (ledgerflow)." in markdown
    changes = {secret["name"]: secret["change"] for secret in report["secrets"]}
    assert changes["searxng-secret"] == "changed"
    assert {c for name, c in changes.items() if name != "searxng-secret"} == {"unchanged"}
    for text in (result.stdout, result.stderr, markdown, json.dumps(report)):
        assert not any(value in text for value in (CANARY, *secret_values.values()))


def test_a_preview_of_prod_that_the_rules_refuse(production):
    """A clone's own `prod`, previewed from nothing with all that production must not have."""
    prod = Clone(production.path, "prod", "prod")
    before = prod.stack_file.read_text()
    document = yaml.safe_load(before)
    adminer, public = free_ports(2)
    document["config"] |= {
        "ledgerflow:ports": {"public": public, "adminer": adminer},
        "ledgerflow:debug": "true",
        "ledgerflow:adminer": "true",
        "ledgerflow:secrets": {"postgres-password": CANARY, "django-secret-key": "ledgerflow"},
    }
    try:
        prod.stack_file.write_text(yaml.safe_dump(document))
        result, markdown, report = previewed(prod)
    finally:
        prod.stack_file.write_text(before)
    assert result.returncode == 2
    assert "Error 1" in result.stderr  # make's words for a command's exit code 1
    assert markdown.startswith("# prod: REFUSED by LF")
    spoke = {violation["rule"]: violation for violation in report["rules"]}
    assert len(spoke) >= 2
    for rule, violation in spoke.items():
        assert violation["level"] != "mandatory" or rule.split("-")[0] in violation["message"]
        assert f"**{rule}**" in markdown
    assert {"adminer", "django-blue"} <= {violation["resource"] for violation in report["rules"]}
    assert CANARY not in result.stdout + result.stderr + markdown + json.dumps(report)
