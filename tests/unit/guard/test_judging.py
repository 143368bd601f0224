"""From several effects to one decision, and from proof to the final one."""

import pytest
from worlds import World, container, environment

from guard.decision import ALLOWED, Decision, Verdict
from guard.effects import (
    ChangePlugin,
    CreateContainer,
    CreateVolume,
    Execute,
    KillContainer,
    Look,
    Mounted,
    OnServices,
    RemoveContainer,
    RemoveVolume,
    StartContainer,
    StopContainer,
    StopProject,
    Unknown,
)
from guard.rules import judge, settle
from guard.rules.situation import backups, listed
from guard.rules.table import TABLE

pytestmark = pytest.mark.guard

HERE = World(*environment("prod"), *environment("staging"), *environment("dev"))
KILLED = KillContainer("ledger_prod_postgres")
DOWN = World(down=True)
AGAIN = "see that the Docker engine runs (docker info), then run the same command again"


def test_nothing_is_allowed():
    assert judge([], HERE) == ALLOWED


def test_strictest_of_several_answers_and_names_what_all_touch():
    effects = [StopContainer("ledger_dev_redis"), KILLED, RemoveVolume("ledger_prod_media_data")]
    decision = judge(effects, HERE)
    assert (decision.verdict, decision.rule) == (Verdict.REFUSE, "LF040")
    assert decision.environments == ("dev", "prod")
    assert decision.volumes == ("ledger_prod_db_data", "ledger_prod_media_data")


def test_first_of_equally_strict_ones_answers():
    effects = [RemoveVolume("ledger_prod_db_data"), StopProject(volumes=True)]
    assert judge(effects, HERE).rule == "LF040"
    assert judge(effects[::-1], HERE).rule == "LF041"


def test_proof_is_asked_of_the_environments_that_need_it():
    effects = [StopContainer("ledger_dev_redis"), KILLED, StopContainer("ledger_staging_redis")]
    decision = judge(effects, HERE)
    assert decision.verdict is Verdict.NEEDS_PROOF
    assert decision.environments == ("prod",)


def test_allowed_names_environments_without_asking_the_daemon():
    assert judge([StopContainer("/ledger_prod_redis")], DOWN).environments == ("prod",)
    assert judge([Look(), StartContainer("ledger_dev_redis")], DOWN) == Decision(
        Verdict.ALLOW, environments=("dev",)
    )
    assert DOWN.asked == []


@pytest.mark.parametrize(
    "effect",
    [
        Look(),
        StopContainer("x"),
        StartContainer("x"),
        ChangePlugin("vieux/sshfs", "disable"),
        CreateVolume("x"),
        CreateContainer(image="alpine", command=("ls",), networks=("bridge",)),
        CreateContainer(mounts=(Mounted("", "/x"),)),
        StopProject("x"),
        OnServices("x", (), (), StopContainer("")),
    ],
    ids=str,
)
def test_harmless_is_allowed_when_the_daemon_does_not_answer(effect):
    assert judge([effect], World(down=True)) == ALLOWED


@pytest.mark.parametrize(
    ("effect", "rule"),
    [
        (RemoveVolume("x"), "LF040"),
        (KILLED, "LF044"),
        (RemoveContainer("x"), "LF041"),
        (Execute("x", ("ls",)), "LF045"),
        (CreateContainer(mounts=(Mounted("x", "/x"),)), "LF043"),
        (CreateContainer(mounts=(Mounted("/x", "/x"),)), "LF043"),
        (StopProject("x", images="all"), "LF041"),
        (Unknown("x"), "LF049"),
        (OnServices("x", (), (), KillContainer("")), "LF044"),
        (OnServices("x", (), (), Execute("", ("ls",))), "LF045"),
    ],
    ids=str,
)
def test_what_could_destroy_is_refused_when_the_daemon_does_not_answer(effect, rule):
    decision = judge([effect], World(down=True))
    assert (decision.verdict, decision.rule) == (Verdict.REFUSE, rule)
    assert decision.what == "the daemon cannot be asked: the daemon does not answer"
    assert decision.way == AGAIN


def test_what_was_found_before_the_daemon_fell_silent_counts():
    effect = CreateContainer(privileged=True, mounts=(Mounted("x", "/x"),))
    assert judge([effect], World(down=True)).rule == "LF020"


def test_every_effect_has_its_rule_for_a_silent_daemon():
    assert {kind.__name__: row.unasked for kind, row in TABLE.items()} == {
        "ChangeContainer": "LF050",
        "ChangeNetwork": "LF050",
        "ChangePlugin": "LF048",
        "ChangeSwarm": "LF048",
        "CopyInto": "LF046",
        "CreateContainer": "LF043",
        "CreateVolume": "LF051",
        "Execute": "LF045",
        "KillContainer": "LF044",
        "PruneContainers": "LF042",
        "PruneImages": "LF047",
        "PruneNetworks": "LF042",
        "PruneVolumes": "LF042",
        "RemoveContainer": "LF041",
        "RemoveImage": "LF047",
        "RemoveNetwork": "LF050",
        "RemoveProjectContainers": "LF041",
        "RemoveVolume": "LF040",
        "StartProject": "LF052",
        "StopProject": "LF041",
        "Unknown": "LF049",
    }


def proven(*names):
    return World(*environment("prod"), *environment("staging"), proven=names)


def test_proof_allows_and_names_the_backup():
    world = proven("prod")
    decision = judge([KILLED], world)
    settled = settle(decision, world)
    assert settled == Decision(
        Verdict.ALLOW,
        "LF044",
        decision.what,
        "",
        ("prod",),
        ("ledger_prod_db_data",),
        ("ledgerflow_db_backup_prod",),
    )


def test_proof_without_a_name_names_none():
    class Nameless(World):
        def proof(self, environment):
            return super().proof(environment).__class__(True, "it is")

    world = Nameless(*environment("prod"))
    settled = settle(judge([KILLED], world), world)
    assert (settled.verdict, settled.backups) == (Verdict.ALLOW, ())


def test_without_proof_it_is_refused_with_the_reason_and_the_way():
    world = proven()
    decision = judge([KILLED], world)
    settled = settle(decision, world)
    assert (settled.verdict, settled.rule) == (Verdict.REFUSE, "LF044")
    assert settled.what == f"{decision.what}; no verified backup of prod exists"
    assert settled.way == "make backup ENV=prod, then run the same command again"
    assert settled.environments == ("prod",)


def test_one_of_two_proofs_is_not_enough():
    both = [KILLED, KillContainer("ledger_staging_postgres")]
    for names in [(), ("prod",), ("staging",)]:
        world = proven(*names)
        assert settle(judge(both, world), world).verdict is Verdict.REFUSE
    world = proven("prod", "staging")
    settled = settle(judge(both, world), world)
    assert settled.verdict is Verdict.ALLOW
    assert settled.backups == ("ledgerflow_db_backup_prod", "ledgerflow_db_backup_staging")


def test_archive_that_cannot_be_asked_is_no_proof():
    settled = settle(judge([KILLED], HERE), World(down=True))
    assert settled.verdict is Verdict.REFUSE
    assert settled.what.endswith("; the daemon does not answer")
    assert settled.way == "make backup ENV=prod, then run the same command again"


def test_final_decisions_stay_and_ask_nothing():
    for decision in (ALLOWED, judge([RemoveVolume("ledger_prod_db_data")], HERE)):
        assert settle(decision, World(down=True)) is decision


def test_harmless_command_in_a_busy_world_asks_about_its_object_only():
    world = World(*environment("prod"), container("builder"))
    assert judge([RemoveContainer("builder", force=True)], world) == ALLOWED
    assert world.asked == ["container builder"]


def test_project_is_asked_for_with_its_files_and_services():
    world = World()
    effect = OnServices("shop", ("a.yml", "b.yml"), ("db",), KillContainer(""))
    assert judge([effect], world) == ALLOWED
    assert (
        judge([StopProject("shop", ("a.yml",), images="all", services=("db",))], world) == ALLOWED
    )
    assert world.asked == ["project shop a.yml b.yml db", "project shop a.yml db"]


def test_names_as_people_list_them():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["b", "a"]) == "a and b"
    assert listed(["c", "b", "a"]) == "a, b and c"
    assert listed(["d", "c", "b", "a"]) == "a, b and 2 more"


def test_backups_of_several_environments():
    assert backups(["prod"]) == "make backup ENV=prod"
    assert backups(["dr", "prod"]) == "make backup ENV=dr && make backup ENV=prod"


def test_decision_as_data():
    assert Decision(Verdict.NEEDS_PROOF, "LF044", "what", "way", ("prod",)).as_data() == {
        "verdict": "needs proof",
        "rule": "LF044",
        "what": "what",
        "way": "way",
        "environments": ("prod",),
        "volumes": (),
        "backups": (),
    }
