"""The docker plugin's containers on a real daemon."""

import time
from pathlib import Path

import docker
import pytest

from airgap.plugins.docker.intents import Intents
from airgap.plugins.docker.package import DockerPackage
from airgap.plugins.errors import InitFailedError, PluginError
from tests.integration.airgap.plugin_support import LABEL, tiny_image, world
from tests.ports import free_ports

pytestmark = pytest.mark.integration
__all__ = ["tiny_image", "world"]


def healthy(command="true"):
    return {"tests": ["CMD-SHELL", command], "interval": "0.2s", "timeout": "2s", "retries": 2}


def test_a_container_runs_and_shows_no_difference(world):
    port = free_ports(1)[0]
    identity, state, inputs = world.container(
        ports=[{"internal": 80, "external": port, "ip": "127.0.0.1"}],
        envs=["A=1", "B=2"],
        memory=32,
        restart="on-failure",
        maxRetryCount=2,
    )
    resource = world.resource("Container")
    assert world.inspect(identity)["State"]["Running"]
    assert resource.diff(inputs, state, inputs).changes == []
    live = resource.read(world.call, identity, inputs, state)
    assert live.outputs == state
    assert live.inputs == inputs


def test_a_container_waits_until_it_is_healthy(world):
    identity, _, _ = world.container(
        command=["sh", "-c", "sleep 0.5; touch /ready; sleep 300"],
        healthcheck={**healthy("test -f /ready"), "retries": 50},
        wait=True,
    )
    assert world.inspect(identity)["State"]["Health"]["Status"] == "healthy"


def test_an_unhealthy_container_fails_early_with_its_last_words(world):
    started = time.monotonic()
    with pytest.raises(InitFailedError) as failure:
        world.container(
            command=["sh", "-c", "echo cannot open ledger; sleep 300"],
            healthcheck=healthy("echo no answer; exit 1"),
            wait=True,
            waitTimeout=60,
        )
    assert time.monotonic() - started < 30
    (reason,) = failure.value.reasons
    assert "no answer" in reason
    assert "cannot open ledger" in reason
    assert failure.value.resource_id == world.inspect(world.name("c"))["Id"]
    assert failure.value.outputs["name"] == world.name("c")


def test_waiting_has_an_end(world):
    slow = {**healthy(), "interval": "60s"}
    with pytest.raises(InitFailedError, match=r"not healthy after 1 s \(waitTimeout\)"):
        world.container(healthcheck=slow, wait=True, waitTimeout=1)


def test_a_container_that_ended_fails_with_its_exit_code(world):
    with pytest.raises(InitFailedError, match="exit code 3"):
        world.container(command=["sh", "-c", "exit 3"], healthcheck=healthy(), wait=True)


def test_waiting_without_a_health_check_is_an_error(world):
    with pytest.raises(InitFailedError, match="has a health check"):
        world.container(wait=True)


def test_an_update_heals_a_container_that_did_not_become_ready(world):
    command = ["sh", "-c", "test -f /data/fixed && sleep 300"]
    volumes = [{"volumeName": world.name("v"), "containerPath": "/data"}]
    with pytest.raises(InitFailedError) as failure:
        world.container(command=command, volumes=volumes, healthcheck=healthy(), wait=True)
    world.client.containers.run(
        world.image,
        ["touch", "/data/fixed"],
        volumes=[f"{world.name('v')}:/data"],
        name=world.name("fix"),
        remove=True,
    )
    failed = failure.value
    state = world.resource("Container").update(
        world.call, failed.resource_id, failed.inputs, failed.outputs
    )
    assert state["mustRun"] is True


def test_a_cancelled_wait_records_the_container(world):
    world.cancelled.set()
    with pytest.raises(InitFailedError, match="interrupted"):
        world.container(healthcheck={**healthy(), "interval": "60s"}, wait=True)


def test_files_are_there_before_the_container_starts(world, tmp_path):
    source = tmp_path / "big"
    source.write_text("from a file")
    identity, _, _ = world.container(
        command=["sh", "-c", "cp /run/a.txt /seen && sleep 300"],
        uploads=[
            {"file": "/run/a.txt", "content": "héllo"},
            {"file": "/run/secret", "content": "s", "permissions": "0400", "owner": "1000"},
            {"file": "/opt/bin/tool", "contentBase64": "IyEvYmluL3NoCg==", "executable": True},
            {"file": "/opt/file", "source": str(source)},
            {"file": "/opt/empty", "content": ""},
        ],
    )
    assert world.run(identity, "cat", "/seen") == "héllo"
    assert world.run(identity, "stat", "-c", "%a %u", "/run/secret") == "400 1000\n"
    assert world.run(identity, "stat", "-c", "%a", "/opt/bin/tool") == "744\n"
    assert world.run(identity, "cat", "/opt/file") == "from a file"
    assert world.run(identity, "cat", "/opt/empty") == ""


def test_a_missing_upload_source_is_named_and_leaves_nothing(world):
    with pytest.raises(PluginError, match="/nonexistent/file"):
        world.container(uploads=[{"file": "/x", "source": "/nonexistent/file"}])
    with pytest.raises(docker.errors.NotFound):
        world.inspect(world.name("c"))


def test_networks_replace_the_default_bridge(world):
    world.create("Network", name=world.name("net"), labels=[LABEL])
    identity, state, _ = world.container(
        networksAdvanced=[{"name": world.name("net"), "aliases": ["db", "postgres"]}]
    )
    networks = world.inspect(identity)["NetworkSettings"]["Networks"]
    assert list(networks) == [world.name("net")]
    assert {"db", "postgres"} <= set(networks[world.name("net")]["Aliases"])
    assert state["networkDatas"][0]["networkName"] == world.name("net")


def test_limits_are_updated_in_place(world):
    identity, state, inputs = world.container(memory=32, memorySwap=64, cpuShares=256)
    resource = world.resource("Container")
    changed = {
        **inputs,
        "memory": 48,
        "memorySwap": 96,
        "cpuShares": 512,
        "restart": "always",
        "cpuSet": "0",
        "memoryReservation": 16,
        "destroyGraceSeconds": 3,
    }
    assert not any(c.replace for c in resource.diff(inputs, state, changed).changes)
    updated = resource.update(world.call, identity, changed, state)
    host = world.inspect(identity)["HostConfig"]
    assert host["Memory"] == 48 * 1024 * 1024
    assert host["MemorySwap"] == 96 * 1024 * 1024
    assert host["MemoryReservation"] == 16 * 1024 * 1024
    assert (host["CpuShares"], host["CpusetCpus"]) == (512, "0")
    assert host["RestartPolicy"]["Name"] == "always"
    assert updated["destroyGraceSeconds"] == 3
    assert resource.diff(changed, updated, changed).changes == []


def test_an_update_starts_a_container_that_must_run(world):
    identity, state, inputs = world.container()
    world.client.containers.get(identity).stop(timeout=0)
    world.resource("Container").update(world.call, identity, inputs, state)
    assert world.inspect(identity)["State"]["Running"]


def test_the_grace_period_lets_a_container_end_cleanly(world):
    script = "trap 'sleep 0.5; echo clean > /data/end; exit 0' TERM; while :; do sleep 0.1; done"
    identity, state, _ = world.container(
        command=["sh", "-c", script],
        volumes=[{"volumeName": world.name("v"), "containerPath": "/data"}],
        destroyGraceSeconds=10,
    )
    world.resource("Container").delete(world.call, identity, state)
    end = world.client.containers.run(
        world.image, ["cat", "/data/end"], volumes=[f"{world.name('v')}:/data"], remove=True
    )
    assert end == b"clean\n"


def test_a_container_that_is_gone_is_deleted(world):
    identity, state, inputs = world.container()
    world.client.containers.get(identity).remove(force=True)
    resource = world.resource("Container")
    assert resource.read(world.call, identity, inputs, state) is None
    resource.delete(world.call, identity, state)


def test_anonymous_volumes_go_with_the_container_unless_kept(world):
    def anonymous(identity):
        mounts = world.inspect(identity)["Mounts"]
        return next(mount["Name"] for mount in mounts if mount["Type"] == "volume")

    mount = [{"type": "volume", "target": "/d"}]
    resource = world.resource("Container")
    gone, state, _ = world.container(mounts=mount, name=world.name("gone"))
    lost = anonymous(gone)
    resource.delete(world.call, gone, state)
    kept, state, _ = world.container(mounts=mount, name=world.name("kept"), removeVolumes=False)
    stays = anonymous(kept)
    resource.delete(world.call, kept, state)
    with pytest.raises(docker.errors.NotFound):
        world.client.volumes.get(lost)
    world.client.volumes.get(stays).remove()


def test_a_leftover_of_an_interrupted_run_is_replaced(world):
    first, _, _ = world.container(destroyGraceSeconds=1)
    second, _, _ = world.container(destroyGraceSeconds=1)
    assert first != second
    assert any("left over by an interrupted run" in message for message in world.messages)
    with pytest.raises(docker.errors.NotFound):
        world.inspect(first)


def test_another_projects_container_is_left_alone(world, tmp_path):
    first, _, _ = world.container()
    world.package = DockerPackage(Intents(tmp_path, Path("/another/clone")))
    with pytest.raises(PluginError, match="this stack did not make it"):
        world.container()
    assert world.inspect(first)["State"]["Running"]


@pytest.mark.parametrize("labels", [{}, {"com.ledgerflow.service": "other"}])
def test_a_stranger_of_the_same_name_is_left_alone(world, labels):
    stranger = world.client.containers.run(
        world.image, ["sleep", "300"], name=world.name("c"), labels=labels, detach=True
    )
    with pytest.raises(PluginError, match=f"'{world.name('c')}' already exists"):
        world.container()
    assert world.inspect(stranger.id)["State"]["Running"]


def test_a_taken_port_leaves_nothing_behind(world):
    port = free_ports(1)[0]
    ports = [{"internal": 80, "external": port, "ip": "127.0.0.1"}]
    world.container(name=world.name("first"), ports=ports)
    with pytest.raises(PluginError, match=str(port)):
        world.container(name=world.name("second"), ports=ports)
    with pytest.raises(docker.errors.NotFound):
        world.inspect(world.name("second"))


def test_a_missing_image_is_named(world):
    with pytest.raises(PluginError, match="lftest-no-such-image"):
        world.container(image="lftest-no-such-image:1")


def test_a_missing_daemon_is_one_clear_message(world):
    world.package.configure({"host": "unix:///nonexistent/docker.sock"})
    with pytest.raises(PluginError) as failure:
        world.container()
    assert "does not answer at unix:///nonexistent/docker.sock" in str(failure.value)
    assert "systemctl start docker" in str(failure.value)


def test_an_imported_container_matches_the_program_that_made_it(world):
    world.create("Network", name=world.name("net"), labels=[LABEL])
    identity, _, inputs = world.container(
        image=world.client.images.get(world.image).id,
        envs=["A=1"],
        volumes=[{"volumeName": world.name("v"), "containerPath": "/data", "readOnly": True}],
        networksAdvanced=[{"name": world.name("net"), "aliases": ["db"]}],
        ports=[{"internal": 80, "external": free_ports(1)[0], "ip": "127.0.0.1"}],
        capabilities={"drops": ["ALL"], "adds": ["CAP_CHOWN"]},
        logDriver="json-file",
        logOpts={"max-size": "1m"},
        healthcheck=healthy(),
        hostname="h",
    )
    resource = world.resource("Container")
    live = resource.read(world.call, world.name("c"), {}, {})
    assert live.resource_id == identity
    assert resource.diff(live.inputs, live.outputs, inputs).changes == []


def test_what_docker_spells_differently_is_no_difference(world):
    identity, state, inputs = world.container(
        capabilities={"adds": ["chown"], "drops": ["NET_RAW"]},
        healthcheck={"tests": ["CMD", "true"], "interval": "90s", "timeout": "0.5s"},
        ports=[{"internal": 80, "ip": ""}],
        platform="linux/amd64",
        envs=["B=2", "A=1"],
        securityOpts=["no-new-privileges"],
    )
    resource = world.resource("Container")
    assert resource.diff(inputs, state, inputs).changes == []
    live = resource.read(world.call, identity, inputs, state)
    assert resource.diff(inputs, live.outputs, inputs).changes == []


def test_everything_at_once_shows_no_difference(world):
    """Inputs that the reference program does not use."""
    identity, state, inputs = world.container(
        domainname="example",
        dnsOpts=["ndots:1"],
        dnsSearches=["example"],
        groupAdds=["10"],
        cpus="0.5",
        cpuSet="0",
        memory=64,
        tty=True,
        stdinOpen=True,
        readOnly=True,
        pidMode="host",
        ipcMode="shareable",
        cgroupnsMode="private",
        stopTimeout=3,
        deviceCgroupRules=["c 1:3 r"],
        devices=[{"hostPath": "/dev/null", "containerPath": "/dev/lf", "permissions": "r"}],
        ulimits=[{"name": "nproc", "soft": 100, "hard": 200}],
        mounts=[
            {
                "type": "bind",
                "target": "/b",
                "source": "/tmp",
                "readOnly": True,
                "bindOptions": {"propagation": "rprivate"},
            },
            {
                "type": "volume",
                "target": "/v",
                "source": world.name("v"),
                "volumeOptions": {"noCopy": True},
            },
            {"type": "tmpfs", "target": "/t", "tmpfsOptions": {"sizeBytes": 4096, "mode": 0o700}},
        ],
        volumes=[{"hostPath": "/tmp", "containerPath": "/h"}],
    )
    resource = world.resource("Container")
    assert resource.diff(inputs, state, inputs).changes == []
    live = resource.read(world.call, identity, inputs, state)
    assert live.outputs == state
    found = world.inspect(identity)
    assert found["HostConfig"]["NanoCpus"] == 500_000_000
    assert found["HostConfig"]["ReadonlyRootfs"] is True
    assert found["HostConfig"]["DeviceCgroupRules"] == ["c 1:3 r"]
