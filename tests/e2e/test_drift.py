"""Drift of a real environment: found by `make drift`, brought back by `make reconcile`."""

import io
import json
import tarfile

import docker
import psycopg
import pytest

from infra import conventions

pytestmark = pytest.mark.e2e


def drift(clone):
    """Return the exit code and the differences as (name, field, case)."""
    result = clone.make("drift", "JSON=1")
    differences = json.loads(result.stdout)["differences"] if result.stdout else None
    assert differences is not None, result.stderr
    return result.returncode, {(d["name"], d["field"], d["case"]) for d in differences}


def connect(clone):
    return psycopg.connect(
        host="127.0.0.1",
        port=clone.ports["postgres"],
        dbname="ledgerflow",
        user="ledgerflow",
        password="ledgerflow",
        autocommit=True,
    )


def put_file(container, path, content, mode=0o444):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo(path.lstrip("/"))
        entry.size, entry.mode = len(content), mode
        tar.addfile(entry, io.BytesIO(content))
    container.put_archive("/", archive.getvalue())


def test_an_untouched_environment_has_no_drift(running):
    for _ in range(3):
        assert drift(running) == (0, set())


def inject(clone, daemon):
    """Do to the environment what people do on a bad day; return what must be found."""
    redis, searxng, caddy, adminer, django = (
        daemon.containers.get(clone.container(name))
        for name in ("redis", "searxng", "caddy", "adminer", "django")
    )
    internal = open_internal_network(clone, daemon)
    redis.update(mem_limit="200m", memswap_limit="300m", restart_policy={"Name": "no"})
    internal.disconnect(searxng)
    internal.connect(searxng, aliases=["something-else"])
    put_file(caddy, "/etc/caddy/Caddyfile", b"# edited by hand\n")
    adminer.pause()
    replace_by_hand(daemon, django)
    labels = {
        conventions.LABEL_STACK: clone.environment,
        conventions.LABEL_ENVIRONMENT: clone.environment,
    }
    daemon.containers.create(redis.image.id, name=clone.container("extra"), labels=labels)
    daemon.networks.create(
        conventions.network_name(clone.environment, "other"), labels=labels, check_duplicate=True
    )
    return {
        (internal.name, "identity", "foreign"),
        (internal.name, "internal", "changed"),
        (redis.name, "memory", "changed"),
        (redis.name, "memory and swap", "changed"),
        (redis.name, "restart policy", "changed"),
        (searxng.name, f"network {internal.name}", "changed"),
        (caddy.name, "file /etc/caddy/Caddyfile content", "changed"),
        (adminer.name, "state", "stopped"),
        (django.name, "identity", "foreign"),
        *((django.name, field, "changed") for field in BY_HAND),
        (clone.container("extra"), "state", "unexpected"),
        (conventions.network_name(clone.environment, "other"), "state", "unexpected"),
    }


def open_internal_network(clone, daemon):
    """Put a network with a way out in the place of the internal one."""
    name = conventions.network_name(clone.environment, "internal")
    old = daemon.networks.get(name)
    places = [place["Name"] for place in old.attrs["Containers"].values()]
    for container in places:
        old.disconnect(container, force=True)
    old.remove()
    opened = daemon.networks.create(name, driver="bridge", labels=old.attrs["Labels"])
    for container in places:
        opened.connect(container, aliases=[container.rsplit("_", 1)[-1]])
    return opened


def tampered_config(config):
    kept = [e for e in config["Env"] if not e.startswith(("DJANGO_DEBUG=", "TZ="))]
    return {
        "Env": [*kept, "DJANGO_DEBUG=false", "LD_PRELOAD=/tmp/x.so"],
        "User": "0",
        "Hostname": "elsewhere",
        "WorkingDir": "/tmp",
        "Cmd": ["sleep", "infinity"],
        "Healthcheck": {**config["Healthcheck"], "Test": ["CMD", "true"]},
        "StopSignal": "SIGKILL",
        "StopTimeout": 1,
        "Labels": {**config["Labels"], conventions.LABEL_SERVICE: "other", "by": "hand"},
    }


def tampered_host(host):
    return {
        "CapAdd": ["SYS_PTRACE"],
        "CapDrop": ["NET_RAW"],
        "SecurityOpt": ["no-new-privileges:false"],
        "LogConfig": {"Type": "json-file", "Config": {"max-size": "1g"}},
        "PortBindings": {"8000/tcp": [{"HostIp": "0.0.0.0", "HostPort": "0"}]},
        "Binds": [*(host["Binds"] or []), "/etc:/mnt/host:ro"],
        "Mounts": [m for m in host["Mounts"] or [] if m["Target"] != "/tmp"],
        "ShmSize": 1 << 20,
        "PidMode": "host",
        "Devices": [
            {"PathOnHost": "/dev/null", "PathInContainer": "/dev/x", "CgroupPermissions": "r"}
        ],
        "ExtraHosts": ["postgres:192.0.2.1"],
        "Dns": ["192.0.2.53"],
        "Ulimits": [{"Name": "nofile", "Soft": 64, "Hard": 64}],
        "Init": not host["Init"],
        "OomScoreAdj": 500,
        "GroupAdd": ["0"],
        "CpuShares": 2,
        "Sysctls": {"net.ipv4.ip_forward": "1"},
    }


BY_HAND = {
    *("env DJANGO_DEBUG", "env LD_PRELOAD", "env TZ", "user", "hostname", "working directory"),
    *("command", "health test", "stop signal", "stop timeout", "label by"),
    *(f"label {conventions.LABEL_SERVICE}", "capabilities added", "capabilities dropped"),
    *("security options", "log option max-size", "log option max-file", "port 8000/tcp"),
    *("mount /mnt/host", "mount /tmp", "shared memory", "pid mode", "devices", "extra hosts"),
    *("name servers", "ulimits", "init", "out-of-memory score", "extra groups", "cpu shares"),
    "sysctl net.ipv4.ip_forward",
}
"""What the comparison calls the things that were done to the container made by hand."""


def replace_by_hand(daemon, container):
    """Put another container in its place, as somebody who tries something out would."""
    before = container.attrs
    container.stop(timeout=1)
    container.remove()
    config, host = before["Config"], before["HostConfig"]
    config |= tampered_config(config)
    host |= tampered_host(host)
    request = {**config, "Image": before["Image"], "HostConfig": host}
    made = daemon.api.create_container_from_config(request, container.name)
    daemon.api.disconnect_container_from_network(made["Id"], "bridge")
    for name, place in before["NetworkSettings"]["Networks"].items():
        aliases = [alias for alias in place["Aliases"] if not made["Id"].startswith(alias)]
        aliases.remove(container.id[:12])
        daemon.networks.get(name).connect(made["Id"], aliases=aliases)


def test_injected_drift_is_found_and_brought_back(running, daemon):
    with connect(running) as connection:
        connection.execute("create table entrusted as select 1 as what")
    expected = inject(running, daemon)
    assert len({field for _, field, _ in expected}) >= 25
    code, found = drift(running)
    assert code == 2
    # a container made by hand differs in more: its files are missing, it was never started
    by_hand = {f for f in found if f[0] == running.container("django")} - expected
    assert found - by_hand == expected

    result = running.make("reconcile")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "no drift" in result.stdout
    internal = conventions.network_name(running.environment, "internal")
    assert daemon.networks.get(internal).attrs["Internal"]
    assert f"stop and remove {running.container('extra')}" in result.stderr
    assert drift(running) == (0, set())
    with connect(running) as connection:
        assert connection.execute("select what from entrusted").fetchall() == [(1,)]


def test_a_lost_label_of_a_protected_volume_stops_reconcile(running, daemon):
    assert running.make("down").returncode == 0
    for kind, labels in (("redis_data", {}), ("media_data", {})):
        volume = daemon.volumes.get(running.volume(kind))
        volume.remove()
        daemon.volumes.create(volume.name, labels=labels)
    code, found = drift(running)
    assert code == 2
    label = f"label {conventions.LABEL_PROTECT}"
    assert (running.volume("media_data"), label, "changed") in found
    assert (running.volume("redis_data"), f"label {conventions.LABEL_STACK}", "changed") in found
    result = running.make("reconcile")
    assert result.returncode != 0
    assert running.volume("media_data") in result.stderr
    assert "protected" in result.stderr
    with pytest.raises(docker.errors.NotFound):
        daemon.containers.get(running.container("redis"))
