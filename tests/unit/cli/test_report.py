"""From the engine's events to a document that says the right thing, and no secret."""

import json

import pytest
from pydantic import SecretStr

from cli.report import events
from cli.report.document import report
from cli.report.events import StreamError
from cli.report.markdown import as_markdown
from cli.report.plan import CONTAINER, PASSWORD, VOLUME, Action
from cli.report.secret_changes import secret_changes
from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings

pytestmark = pytest.mark.unit

CANARY = "canary-7d20e1-value"
PACK = "ledgerflow|local|/somewhere/policies"


@pytest.fixture
def spec(repository):
    return environment(Settings.parse("dev", from_file(repository / "Pulumi.dev.yaml")))


@pytest.fixture
def prod(repository):
    return environment(Settings.parse("prod", from_file(repository / "Pulumi.prod.yaml")))


def event(operation, kind, name, *, old=None, new=None, **metadata):
    urn = f"urn:pulumi:dev::ledgerflow::{kind}::{name}"
    return {
        "resourcePreEvent": {
            "metadata": {
                "op": operation,
                "urn": urn,
                "type": kind,
                "old": old,
                "new": new,
                **metadata,
            },
            "planning": True,
        }
    }


def replaced(name, *, first="delete-replaced", fields=("ports",)):
    halves = ["delete-replaced", "create-replacement"]
    if first != halves[0]:
        halves.reverse()
    whole = {
        "diffs": list(fields),
        "keys": list(fields),
        "detailedDiff": {f"{field}[0].external": {} for field in fields},
        "new": {"inputs": {"name": f"ledger_dev_{name}", "envs": [CANARY]}},
    }
    return [
        event(halves[0], CONTAINER, name),
        event("replace", CONTAINER, name, **whole),
        event(halves[1], CONTAINER, name, **whole),
    ]


def summary(result="succeeded", packs=None, **changes):
    content = {"resourceChanges": changes, "PolicyPacks": packs or {}, "result": result}
    return {"summaryEvent": content}


def parsed(*given):
    prelude = {"preludeEvent": {"config": {"ledgerflow:secrets": CANARY}}}
    return events.parse(json.dumps(e) for e in (prelude, *given))


def document(spec, *given, secrets=()):
    written = report(parsed(*given), spec, secrets)
    assert CANARY not in written.model_dump_json()
    assert CANARY not in as_markdown(written)
    return written


def test_nothing_to_do(spec):
    written = document(
        spec,
        event("same", CONTAINER, "redis"),
        event("read", "pulumi:pulumi:StackReference", "organization/ledgerflow/dev"),
        summary(same=1, read=1),
    )
    assert written.verdict == "dev: nothing to do"
    assert written.changes == ()
    assert written.looked_up == ("organization/ledgerflow/dev",)
    assert "Only looked up, not changed: organization/ledgerflow/dev." in as_markdown(written)


def test_the_verdict_is_the_first_line(spec):
    written = document(spec, *replaced("redis"), summary(replace=1))
    assert as_markdown(written).splitlines()[0] == f"# {written.verdict}"
    assert written.verdict == (
        "dev: 1 replaced; interrupts redis for about 4 s in all; no protected data touched"
    )


def test_a_replacement_is_one_change_with_its_order_and_its_reason(spec):
    (step,) = document(spec, *replaced("redis", fields=("ports", "memory"))).changes
    assert step.action is Action.REPLACE
    assert step.fields == ("ports", "memory")
    assert step.delete_first
    (step,) = document(spec, *replaced("redis", first="create-replacement")).changes
    assert not step.delete_first


def test_a_replacement_with_the_new_one_first_interrupts_nobody(spec):
    written = document(spec, *replaced("django", first="create-replacement"))
    assert written.interruptions == ()


def test_replacing_the_database_is_said_loudly(spec):
    written = document(spec, *replaced("postgres", fields=("uploads",)))
    (pause,) = written.interruptions
    assert (pause.service, pause.usual, pause.longest) == ("postgres", 4, 90 + 131)
    assert pause.felt_by == ("django", "worker", "caddy")
    (volume,) = written.volumes
    assert (volume.name, volume.protected) == ("ledger_dev_db_data", True)
    assert "**PROTECTED** `ledger_dev_db_data`" in as_markdown(written)
    assert "protected data (ledger_dev_db_data)" in written.verdict


def test_the_idle_slot_interrupts_nobody_and_the_active_one_does(prod):
    assert document(prod, *replaced("django-green")).interruptions == ()
    (pause,) = document(prod, *replaced("django-blue")).interruptions
    assert pause.felt_by == ("caddy",)


def test_the_slot_that_serves_until_now_counts_while_caddy_turns_to_the_other(prod):
    written = document(prod, *replaced("django-green"), *replaced("caddy"))
    assert [pause.service for pause in written.interruptions] == ["django-green", "caddy"]


def test_an_update_in_place_interrupts_nobody(spec):
    written = document(spec, event("update", CONTAINER, "redis", diffs=["memory"]))
    assert written.interruptions == ()
    assert "1 changed; no interruption" in written.verdict


def test_a_removed_container_does_not_come_back(spec):
    written = document(spec, event("delete", CONTAINER, "adminer", old={"inputs": {}}))
    assert written.interruptions[0].usual is None
    assert "ends adminer" in written.verdict
    assert "for good" in as_markdown(written)


def test_a_first_deploy_interrupts_nobody_and_touches_no_data(spec):
    new = {"inputs": {"name": "x"}}
    written = document(
        spec,
        event("create", CONTAINER, "postgres", new=new),
        event("create", VOLUME, "db_data", new={**new, "protect": True}),
    )
    assert (written.interruptions, written.volumes) == ((), ())


def test_a_retained_volume_is_let_go_and_not_removed(spec):
    old = {"inputs": {"name": "ledger_dev_caddy_data"}, "retainOnDelete": True}
    written = document(spec, event("delete", VOLUME, "caddy_data", old=old))
    assert written.changes[0].action is Action.FORGET
    assert "stays on the daemon" in written.volumes[0].how
    assert "AT STAKE" not in written.verdict


@pytest.mark.parametrize("operation", ["delete", "replace"])
def test_removing_a_protected_volume_is_an_alarm(spec, operation):
    old = {"inputs": {"name": "ledger_dev_db_data"}, "protect": True}
    written = document(spec, event(operation, VOLUME, "db_data", old=old, new=old))
    assert "DATA AT STAKE in ledger_dev_db_data" in written.verdict


def test_groups_of_resources_are_no_changes_for_a_person(spec):
    written = document(spec, event("create", "ledgerflow:docker:Service", "redis"))
    assert written.changes == ()


def violation(level):
    return {
        "policyEvent": {
            "resourceUrn": f"urn:pulumi:dev::ledgerflow::{CONTAINER}::redis",
            "message": "<{%fg 1%}>redis keeps its logs for ever.<{%reset%}>\n",
            "policyName": "LF012",
            "policyPackName": PACK,
            "enforcementLevel": level,
        }
    }


def test_a_mandatory_rule_refuses(spec):
    written = document(spec, violation("mandatory"), summary("failed", {PACK: "1"}))
    assert written.refused
    assert written.verdict == "dev: REFUSED by LF012"
    assert "- **LF012** (mandatory) on `redis`: redis keeps its logs for ever." in as_markdown(
        written
    )


def test_an_advisory_rule_only_speaks(spec):
    written = document(spec, violation("advisory"), summary(packs={PACK: "1"}))
    assert not written.refused
    assert "LF012" in as_markdown(written)


def test_kept_rules_are_said_to_be_kept_and_no_pack_is_not(spec):
    assert "All kept (ledgerflow)" in as_markdown(document(spec, summary(packs={PACK: "1"})))
    assert "No policy pack was run." in as_markdown(document(spec, summary()))


def test_errors_are_collected_and_the_plan_is_not_complete():
    error = {
        "diagnosticEvent": {"severity": "error", "message": "<{%reset%}>error: volume is gone\n"}
    }
    debug = {"diagnosticEvent": {"severity": "debug", "message": "registering"}}
    after = "error: an unhandled error occurred: program exited with non-zero exit code: 1"
    aftermath = {"diagnosticEvent": {"severity": "error", "message": after}}
    plan = parsed(error, debug, aftermath, summary("failed"))
    assert plan.errors == ("volume is gone",)
    assert not plan.complete
    assert not parsed(error).complete


def test_an_operation_that_nobody_knows_is_an_error():
    with pytest.raises(StreamError, match="pulumi would teleport redis"):
        parsed(event("teleport", CONTAINER, "redis"))


def secret_report(spec, *, configured=None, deployed=None, steps=()):
    changes = secret_changes(
        parsed(*steps),
        spec,
        {name: SecretStr(value) for name, value in (configured or {}).items()},
        {
            service: {path: SecretStr(content) for path, content in files.items()}
            for service, files in (deployed or {}).items()
        },
    )
    text = as_markdown(report(parsed(*steps), spec, changes))
    assert CANARY not in text
    return {change.name: change.change for change in changes}


PASSWORD_FILE = "/run/secrets/postgres-password"


def test_secrets_of_a_first_deploy_are_created(prod):
    assert set(secret_report(prod).values()) == {"created"}


@pytest.mark.parametrize(("new", "change"), [(CANARY, "unchanged"), ("other", "changed")])
def test_a_configured_secret_is_compared_with_what_was_deployed(prod, new, change):
    found = secret_report(
        prod,
        configured={"postgres-password": new},
        deployed={"django-blue": {PASSWORD_FILE: CANARY}},
    )
    assert found["postgres-password"] == change


@pytest.mark.parametrize(
    ("steps", "change"),
    [
        ([], "unchanged"),
        ([event("replace", PASSWORD, "postgres-password")], "changed"),
        ([event("create", PASSWORD, "postgres-password")], "changed"),
    ],
)
def test_a_generated_secret_follows_its_resource(prod, steps, change):
    found = secret_report(prod, deployed={"django-blue": {PASSWORD_FILE: CANARY}}, steps=steps)
    assert found["postgres-password"] == change


def test_a_secret_inside_a_file_is_found_there(spec):
    file = spec.service("searxng").files[0]
    content = "".join(part if isinstance(part, str) else CANARY for part in file.content)
    found = secret_report(
        spec,
        configured={"searxng-secret": CANARY},
        deployed={"searxng": {file.path: content}},
    )
    assert found["searxng-secret"] == "unchanged"


def test_a_secret_that_is_given_up_is_removed(prod):
    found = secret_report(prod, steps=[event("delete", PASSWORD, "admin-password", old={})])
    assert found["admin-password"] == "removed"
