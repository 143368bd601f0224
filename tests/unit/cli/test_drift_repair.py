"""From differences to steps: what goes, what Pulumi replaces, what nobody touches."""

import copy

import pytest

from cli.drift.repair import lines, repair

pytestmark = pytest.mark.unit


def repaired(world):
    return repair(world.comparison(), world.differences())


def done(found):
    return [(step.verb, step.target) for step in found.steps]


def set_user(world, service):
    world.container(service)["Config"]["User"] = "1234"


def test_nothing_is_done_where_nothing_differs(world):
    found = repaired(world)
    assert (found.steps, found.replaced, found.blocking, found.left) == ((), {}, (), ())


def test_a_stateful_container_is_left_to_pulumi_which_deletes_first(world):
    set_user(world, "postgres")
    found = repaired(world)
    assert found.steps == ()
    assert list(found.replaced) == ["ledger_dev_postgres"]
    assert found.replaced["ledger_dev_postgres"].endswith("::postgres")


def test_a_stateless_container_goes_and_comes_back_with_the_refresh(world):
    set_user(world, "django")
    found = repaired(world)
    assert done(found) == [("remove", "ledger_dev_django")]
    assert found.steps[0].grace == world.spec.service("django").stop_grace
    assert found.replaced == {}


@pytest.mark.parametrize("field", ["Memory", "MemorySwap"])
def test_what_a_refresh_sees_is_updated_in_place(world, field):
    world.container("postgres")["HostConfig"][field] = 1 << 30
    found = repaired(world)
    assert (found.steps, found.replaced) == ((), {})


@pytest.mark.parametrize("service", ["postgres", "django"])
def test_a_stopped_container_needs_the_refresh_only(world, service):
    world.container(service)["State"] = {"Status": "exited"}
    set_user(world, service)
    found = repaired(world)
    assert (found.steps, found.replaced) == ((), {})


def test_a_paused_container_is_resumed(world):
    world.container("postgres")["State"] = {"Status": "paused"}
    found = repaired(world)
    assert done(found) == [("unpause", "ledger_dev_postgres")]
    assert found.replaced == {}


def test_an_unhealthy_container_is_replaced(world):
    world.container("postgres")["State"]["Health"]["Status"] = "unhealthy"
    assert list(repaired(world).replaced) == ["ledger_dev_postgres"]


def test_a_container_made_by_hand_goes_with_the_grace_of_its_service(world):
    world.container("postgres")["Id"] = "f" * 64
    found = repaired(world)
    assert done(found) == [("remove", "ledger_dev_postgres")]
    assert found.steps[0].grace == 90
    assert found.replaced == {}


def test_an_unexpected_container_goes_and_a_stranger_is_only_detached(world):
    world.snapshot.containers["intruder"] = copy.deepcopy(world.container("redis"))
    network = world.snapshot.networks["ledger_dev_internal"]
    network["Containers"]["1"] = {"Name": "listener"}
    world.snapshot.strangers["listener"] = {}
    assert done(repaired(world)) == [("remove", "intruder"), ("detach", "listener")]


def test_an_exchanged_network_takes_all_its_containers_along(world):
    world.snapshot.networks["ledger_dev_internal"]["Id"] = "e" * 64
    found = repaired(world)
    stateful = {world.name(s.name) for s in world.spec.services if s.stateful}
    stateless = {world.name(s.name) for s in world.spec.services if not s.stateful}
    assert done(found)[0] == ("remove network", "ledger_dev_internal")
    assert set(found.replaced) == stateful
    assert {target for verb, target in done(found) if verb == "remove"} == stateless


def test_a_protected_volume_blocks_everything(world):
    world.snapshot.volumes["ledger_dev_db_data"]["Labels"] = {}
    set_user(world, "redis")
    found = repaired(world)
    assert {d.name for d in found.blocking} == {"ledger_dev_db_data"}


def test_no_step_and_no_replacement_ever_names_a_volume(world):
    for volume in world.snapshot.volumes.values():
        volume["Labels"] = {}
    world.snapshot.volumes["unexpected"] = {"Driver": "local", "Labels": {}, "Options": None}
    found = repaired(world)
    assert (found.steps, found.replaced) == ((), {})
    assert {d.name for d in found.left} == {
        *("ledger_dev_redis_data", "ledger_dev_caddy_data", "ledger_dev_caddy_config"),
        "ledger_dev_audit",
        "unexpected",
    }
    assert any("leave volume unexpected alone" in line for line in lines(found))


def test_a_lost_cache_volume_is_made_anew_by_pulumi(world):
    del world.snapshot.volumes["ledger_dev_redis_data"]
    found = repaired(world)
    assert (found.blocking, found.left) == ((), ())
