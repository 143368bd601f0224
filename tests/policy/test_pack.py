"""The rules as policies: views, messages, configuration and remedies."""

from dataclasses import replace
from types import SimpleNamespace

import pulumi_policy
import pytest
from pulumi.runtime.proto.analyzer_pb2 import AnalyzerStackConfigureRequest
from pulumi_policy import EnforcementLevel, ResourceValidationArgs, StackValidationPolicy
from pulumi_policy.deserialize import deserialize_properties, serialize_properties
from pulumi_policy.proxy import unknown_checking_proxy
from rule_cases import around, resource

from policies import pack
from policies.catalogue import CATALOGUE, Layer, enforced_by
from policies.plain import SECRET_SIGNATURE, SIGNATURE, plain
from policies.rules.limits import with_log_caps
from policies.run import Run, observed
from policies.table import RESOURCE_RULES
from policies.view import CONTAINER

pytestmark = pytest.mark.policy

PREVIEW = Run(previewing=True)
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
URN = "urn:pulumi:dev::ledgerflow::ledgerflow:docker:Service$docker:index/container:Container::web"
ENTRIES = {entry.rule.id: entry for entry in RESOURCE_RULES}


def arguments(props, *, remediating=False, config=None, protect=False, before=None):
    opened = deserialize_properties(props, proxy_secrets=remediating)
    options = SimpleNamespace(protect=protect, delete_before_replace=before)
    return ResourceValidationArgs(
        CONTAINER, unknown_checking_proxy(opened), URN, "web", options, None, config
    )


def by_name(repository, run=PREVIEW):
    return {policy.name: policy for policy in pack.policies(repository, run)}


def reports(policy, args):
    said = []
    policy.validate(args, lambda text, urn: said.append((text, urn)))
    return said


def test_every_rule_is_a_policy_with_its_level_and_remedy(repository):
    policies = by_name(repository)
    rules = enforced_by(Layer.POLICY)
    assert policies.keys() == {rule.name for rule in rules} | {"LF035-fresh-backup-note"}
    for rule in rules:
        policy = policies[rule.name]
        assert policy.description == rule.sentence
        assert policy.display_name == rule.title
        assert policy.remediation_steps == rule.remedy
        assert policy.enforcement_level is EnforcementLevel(rule.level.value)
    note = policies["LF035-fresh-backup-note"]
    assert note.enforcement_level is EnforcementLevel.ADVISORY


def test_view_takes_the_options_and_the_stack():
    made = pack.view(arguments({"name": "x"}, protect=True, before=True))
    assert (made.stack, made.name, made.urn, made.type) == ("dev", "web", URN, CONTAINER)
    assert made.options.protect is True
    assert made.options.delete_before_replace is True
    assert pack.view(arguments({})).options.delete_before_replace is False
    assert pack.view(arguments({})).exists is False


def test_message_has_id_place_and_remedy(repository):
    policy = by_name(repository)["LF020-confined"]
    ((text, urn),) = reports(policy, arguments({"privileged": True}))
    assert urn is None
    assert text == (
        "LF020: web, privileged: the container is privileged.\n"
        f"Remedy: {CATALOGUE['LF020'].remedy} (docs/rules/LF020.md)"
    )


def test_other_types_are_left_alone(repository):
    args = arguments({"privileged": True})
    args.resource_type = "random:index/randomPassword:RandomPassword"
    for policy in by_name(repository).values():
        if not isinstance(policy, StackValidationPolicy):
            assert reports(policy, args) == []
            if policy.has_remediation():
                assert policy.remediate(args) is None


def test_environment_can_be_configured(repository):
    policy = by_name(repository)["LF029-no-debug"]
    debugging = {"envs": ["DEBUG=1"], "name": "ledger_dev_web"}
    assert reports(policy, arguments(debugging)) == []
    assert len(reports(policy, arguments(debugging, config={"environment": "prod"}))) == 1


@pytest.mark.parametrize("number", ["LF012", "LF016"])
@pytest.mark.parametrize(
    "props",
    [
        {},
        {"restart": "no", "logDriver": "none"},
        {"logDriver": "json-file"},
        {"logDriver": "json-file", "logOpts": "x"},
        {"logDriver": "json-file", "logOpts": {"max-size": "5m"}},
        {"logDriver": "json-file", "logOpts": {"max-file": "7", "labels": "x"}},
        {"logDriver": "json-file", "logOpts": {"max-size": "5m", "max-file": "10m"}},
        {"logDriver": "syslog", "logOpts": {"max-size": "5m", "tag": "x"}},
        {"logDriver": "json-file", "logOpts": {"max-size": "-1", "max-file": "0"}},
    ],
)
def test_remedy_satisfies_the_rule_and_changes_nothing_twice(number, props):
    entry = ENTRIES[number]
    before = {"name": "x", "image": UNKNOWN, **props}
    once = pack.remedied(entry, arguments(before, remediating=True), around())

    after = serialize_properties(once) if once else before
    assert list(entry.check(pack.view(arguments(after)), around())) == []
    assert pack.remedied(entry, arguments(after, remediating=True), around()) is None
    assert {k: after[k] for k in ("name", "image")} == {"name": "x", "image": UNKNOWN}


def test_remedy_keeps_what_was_right():
    props = {"logDriver": "json-file", "logOpts": {"max-file": "7", "labels": "x"}}
    once = pack.remedied(ENTRIES["LF016"], arguments(props, remediating=True), around())
    assert once["logOpts"] == {"max-file": "7", "labels": "x", "max-size": "10m"}
    other = {"logDriver": "syslog", "logOpts": {"tag": "x"}}
    once = pack.remedied(ENTRIES["LF016"], arguments(other, remediating=True), around())
    assert once == {"logDriver": "json-file", "logOpts": {"max-file": "3", "max-size": "10m"}}


def test_remedy_leaves_hidden_log_options_to_the_rule():
    secret = {SIGNATURE: SECRET_SIGNATURE, "value": "x"}
    for options in (UNKNOWN, {"max-size": UNKNOWN}, {"tag": secret}):
        props = {"logDriver": "none", "logOpts": options}
        args = arguments(props, remediating=True)
        assert pack.remedied(ENTRIES["LF016"], args, around()) is None
        assert with_log_caps(plain(props)) == {}


def test_remedy_hands_secrets_and_unknowns_back_as_they_came():
    secret = {SIGNATURE: SECRET_SIGNATURE, "value": "x"}
    props = {"envs": [UNKNOWN, "A=1"], "uploads": [{"content": secret, "file": "/x"}]}
    once = pack.remedied(ENTRIES["LF012"], arguments(props, remediating=True), around())
    assert serialize_properties(once) == {**props, "restart": "unless-stopped"}


def test_rule_without_remedy_changes_nothing():
    args = arguments({"privileged": True}, remediating=True)
    assert pack.remedied(ENTRIES["LF020"], args, around()) is None


def stack_resource(made, outputs):
    options = SimpleNamespace(
        protect=made.options.protect, delete_before_replace=made.options.delete_before_replace
    )
    return SimpleNamespace(
        resource_type=made.type,
        name=made.name,
        urn=made.urn,
        opts=options,
        props=unknown_checking_proxy({**made.props, **outputs}),
    )


@pytest.mark.parametrize(
    ("outputs", "note"),
    [
        ({}, "first deploy"),
        ({"mountpoint": UNKNOWN}, "first deploy"),
    ],
)
def test_notes_are_reported_by_the_advisory_policy_only(repository, outputs, note):
    volume = resource("data_volume", stack="prod")
    args = SimpleNamespace(
        resources=[stack_resource(volume, outputs)], get_config=lambda: {}, stack_tags={}
    )
    policies = by_name(repository)
    assert reports(policies["LF035-fresh-backup"], args) == []
    ((text, urn),) = reports(policies["LF035-fresh-backup-note"], args)
    assert note in text
    assert text.startswith("LF035: db_data: ")
    assert urn == volume.urn


def test_no_fresh_backup_is_mandatory(repository, monkeypatch, tmp_path):
    monkeypatch.setenv("LEDGERFLOW_ARCHIVE", str(tmp_path))
    volume = resource("data_volume", stack="prod")
    args = SimpleNamespace(
        resources=[stack_resource(volume, {"mountpoint": "/x"})],
        get_config=lambda: {},
        stack_tags={},
    )
    policies = by_name(repository)
    assert len(reports(policies["LF035-fresh-backup"], args)) == 1
    assert reports(policies["LF035-fresh-backup-note"], args) == []


@pytest.mark.parametrize(("previewing", "spoken"), [(True, 1), (False, 0), (None, 0)])
def test_backup_is_asked_for_in_a_preview_only(
    repository, monkeypatch, tmp_path, previewing, spoken
):
    monkeypatch.setenv("LEDGERFLOW_ARCHIVE", str(tmp_path))
    volume = resource("data_volume", stack="prod")
    args = SimpleNamespace(
        resources=[stack_resource(volume, {"mountpoint": "/x"})],
        get_config=lambda: {},
        stack_tags={},
    )
    policy = by_name(repository, Run(previewing))["LF035-fresh-backup"]
    assert len(reports(policy, args)) == spoken


@pytest.mark.parametrize(("previewing", "spoken"), [(True, 1), (False, 1), (None, 0)])
def test_stored_state_does_not_tell_how_a_container_is_replaced(repository, previewing, spoken):
    policy = by_name(repository, Run(previewing))["LF013-delete-first"]
    assert len(reports(policy, arguments({"name": "ledger_dev_postgres"}))) == spoken


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_run_is_told_when_pulumi_configures_the_pack(repository, monkeypatch, dry_run):
    servicer = pulumi_policy.policy._PolicyAnalyzerServicer
    monkeypatch.setattr(servicer, "ConfigureStack", servicer.ConfigureStack)
    run = observed()
    assert run.previewing is None
    policies = list(by_name(repository).values())
    served = servicer("x", "1", policies, EnforcementLevel.MANDATORY)
    request = AnalyzerStackConfigureRequest(stack="dev", dry_run=dry_run)
    assert served.ConfigureStack(request, None) is not None
    assert run.previewing is dry_run


def test_policies_of_rules_with_a_remedy_apply_it(repository):
    policies = by_name(repository)
    remedied = {
        name for name, p in policies.items() if not name.startswith("LF03") and p.has_remediation()
    }
    assert remedied == {CATALOGUE["LF012"].name, CATALOGUE["LF016"].name}
    args = arguments({"name": "x", "restart": "no"}, remediating=True, config={})
    once = policies[CATALOGUE["LF012"].name].remediate(args)
    assert once == {"name": "x", "restart": "unless-stopped"}


def test_remedy_is_asked_with_the_surroundings_of_its_policy(repository, monkeypatch):
    asked = []
    monkeypatch.setattr(pack, "remedied", lambda *arguments: asked.append(arguments))
    args = arguments({}, remediating=True, config={"environment": "prod"})
    by_name(repository)[CATALOGUE["LF016"].name].remediate(args)
    ((entry, given, around),) = asked
    assert (entry, given) == (ENTRIES["LF016"], args)
    assert (around.environment, around.previewing) == ("prod", True)


def test_serving_hands_all_policies_to_pulumi(repository, monkeypatch):
    served = []
    monkeypatch.setattr(pack, "PolicyPack", lambda name, policies: served.append((name, policies)))
    monkeypatch.setattr(pack, "observed", lambda: PREVIEW)
    pack.serve(repository)
    ((name, policies),) = served
    assert name == "ledgerflow"
    assert [policy.name for policy in policies] == list(by_name(repository))


def test_serving_listens_to_the_run(repository, monkeypatch):
    asked = []
    monkeypatch.setattr(pack, "PolicyPack", lambda name, policies: None)
    monkeypatch.setattr(pack, "policies", lambda *arguments: asked.append(arguments))
    monkeypatch.setattr(pack, "observed", lambda: PREVIEW)
    pack.serve(repository)
    assert asked == [(repository, PREVIEW)]


def test_remedy_is_decided_with_the_surroundings():
    asked = []

    def check(resource, around):
        asked.append(around)
        return []

    surrounding = around()
    entry = replace(ENTRIES["LF012"], check=check)
    assert pack.remedied(entry, arguments({}), surrounding) is None
    assert asked == [surrounding]


def test_what_pulumi_says_of_the_run_is_handed_on(monkeypatch):
    servicer = pulumi_policy.policy._PolicyAnalyzerServicer
    monkeypatch.setattr(servicer, "ConfigureStack", lambda *arguments: arguments)
    observed()
    request = AnalyzerStackConfigureRequest(stack="dev", dry_run=True)
    assert servicer.ConfigureStack("self", request, "context") == ("self", request, "context")


def test_remedies_follow_each_other():
    """The second one gets what the first one made, which is no proxy any more."""
    first = arguments({"name": "x", "memory": UNKNOWN}, remediating=True)
    once = pack.remedied(ENTRIES["LF012"], first, around())
    second = ResourceValidationArgs(CONTAINER, once, URN, "web", first.opts, None)
    twice = pack.remedied(ENTRIES["LF016"], second, around())
    assert set(twice) == {"name", "memory", "restart", "logDriver", "logOpts"}
    assert pack.remedied(ENTRIES["LF012"], second, around()) is None
