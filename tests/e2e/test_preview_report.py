"""`make preview` on a real environment: the document, its exit codes, and no secret anywhere."""

import json

import pytest
import yaml

pytestmark = pytest.mark.e2e

CANARY = "canary-configured-4711"
CONFIGURED = {
    "postgres-password": "ledgerflow",
    "django-secret-key": CANARY,
    "admin-password": "ledgerflow",
}


@pytest.fixture(scope="module")
def deployed(clone):
    """An environment that runs; SearXNG's secret is generated, Django's is the canary."""
    clone.configure(**{"ledgerflow:secrets": CONFIGURED})
    result = clone.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    return clone


@pytest.fixture(scope="module")
def generated(deployed):
    """The generated secret, as only the state knows it."""
    exported = json.loads(deployed.pulumi("stack", "export", "--show-secrets").stdout)
    resources = exported["deployment"]["resources"]
    (password,) = [r for r in resources if r["type"].endswith(":RandomPassword")]
    return json.loads(password["outputs"]["result"]["plaintext"])


def folder(clone):
    return clone.path / ".ledgerflow" / "previews"


def documents(clone):
    markdown = (folder(clone) / f"{clone.environment}.md").read_text()
    return markdown, json.loads((folder(clone) / f"{clone.environment}.json").read_text())


def test_without_changes_the_document_says_so(deployed):
    result = deployed.make("preview")
    assert result.returncode == 0, result.stdout + result.stderr
    markdown, data = documents(deployed)
    assert markdown.startswith(f"# {deployed.environment}: nothing to do\n")
    assert data["changes"] == []
    assert {secret["change"] for secret in data["secrets"]} == {"unchanged"}


def test_changes_are_described_and_no_secret_is_told(deployed, generated):
    document = yaml.safe_load(deployed.stack_file.read_text())
    document["config"] |= {
        "ledgerflow:secrets": {**CONFIGURED, "postgres-password": f"{CANARY}-new"},
        "ledgerflow:limits": {"redis": {"memory_mib": 300, "cpus": 1}},
        "ledgerflow:time_zone": "Europe/Zurich",
    }
    before = deployed.stack_file.read_text()
    deployed.stack_file.write_text(yaml.safe_dump(document))
    result = deployed.make("preview", DIFF="1")
    deployed.stack_file.write_text(before)
    # make turns every failure of a command into its own exit code 2
    assert result.returncode == 2, result.stdout + result.stderr
    assert "Error 2" in result.stderr

    markdown, data = documents(deployed)
    actions = {change["name"]: change["action"] for change in data["changes"]}
    # the database is given its new password while it runs
    application = dict.fromkeys(("django", "worker", "beat"), "replaced")
    assert actions == {**application, "redis": "changed"}
    assert {pause["service"] for pause in data["interruptions"]} == {"django"}
    protected = {volume["name"] for volume in data["volumes"] if volume["protected"]}
    assert protected == {deployed.volume("media_data")}
    changed = {s["name"] for s in data["secrets"] if s["change"] == "changed"}
    assert changed == {"postgres-password"}
    for text in (result.stdout, result.stderr, markdown, json.dumps(data)):
        assert CANARY not in text
        assert generated not in text


def test_a_mistake_in_the_configuration_leaves_no_report(deployed):
    before = deployed.stack_file.read_text()
    deployed.stack_file.write_text(before.replace("adminer: 'true'", "adminer: maybe"))
    result = deployed.make("preview")
    deployed.stack_file.write_text(before)
    assert result.returncode != 0
    assert "Error 1" in result.stderr
    assert "ledgerflow:adminer = 'maybe'" in result.stderr
    assert list(folder(deployed).iterdir()) == []


def test_a_lost_volume_fails_the_preview_and_leaves_no_report(deployed, daemon):
    assert deployed.make("preview").returncode == 0
    for name in ("caddy", "django", "postgres"):
        daemon.containers.get(deployed.container(name)).remove(force=True)
    daemon.volumes.get(deployed.volume("db_data")).remove()
    result = deployed.make("preview")
    assert "Error 1" in result.stderr
    assert f"{deployed.volume('db_data')} is gone" in result.stderr
    assert "the preview failed" in result.stderr
    assert list(folder(deployed).iterdir()) == []
