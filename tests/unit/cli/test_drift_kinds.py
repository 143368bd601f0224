"""Every kind of drift on a doctored daemon: found, in the right field, and nothing beside it."""

import json
from dataclasses import dataclass

import pytest

from cli.drift import report
from cli.drift.difference import Case
from infra import conventions

pytestmark = pytest.mark.unit

CANARY = "canary-4f1d9c-value"
ORIGIN = {"com.ledgerflow.image.origin": "stand-in"}
IMAGE_CONFIG = {
    "Env": ["PATH=/usr/local/bin:/usr/bin", "LANG=C.UTF-8"],
    "Labels": ORIGIN,
    "Cmd": ["serve"],
    "Entrypoint": ["docker-entrypoint"],
    "StopSignal": "SIGTERM",
}
ENVIRONMENT = {conventions.LABEL_ENVIRONMENT: "dev", conventions.LABEL_STACK: "dev"}


@dataclass(frozen=True)
class Injected:
    """One thing that somebody does to a running environment; `do` gets the world."""

    what: str
    do: object
    resource: str
    field: str
    case: Case = Case.CHANGED


def config(service, key, value):
    return lambda world: world.container(service)["Config"].update({key: value})


def host(service, key, value):
    return lambda world: world.container(service)["HostConfig"].update({key: value})


def env(service, name, value):
    def do(world):
        kept = [e for e in world.container(service)["Config"]["Env"] if e.split("=")[0] != name]
        added = [] if value is None else [f"{name}={value}"]
        world.container(service)["Config"]["Env"] = kept + added

    return do


def label(service, name, value):
    def do(world):
        labels = world.container(service)["Config"]["Labels"]
        if value is None:
            labels.pop(name)
        else:
            labels[name] = value

    return do


def health(key, value):
    return lambda world: world.container("redis")["Config"]["Healthcheck"].update({key: value})


def state(status, healthy="healthy"):
    return lambda world: world.container("redis").update(
        State={"Status": status, "Health": {"Status": healthy}}
    )


def port(value):
    def do(world):
        world.container("redis")["HostConfig"]["PortBindings"] = value

    return do


def mount(service, **changes):
    return lambda world: world.container(service)["Mounts"][0].update(changes)


def another_mount(world):
    world.container("redis")["Mounts"].append(
        {"Type": "bind", "Source": "/etc", "Destination": "/host", "RW": True}
    )


def smaller_tmpfs(world):
    world.container("adminer")["HostConfig"]["Mounts"][0]["TmpfsOptions"]["SizeBytes"] = 1 << 20


def networks(world):
    return world.container("redis")["NetworkSettings"]["Networks"]


def disconnected(world):
    del networks(world)["ledger_dev_internal"]


def connected(world):
    networks(world)["bridge"] = {"Aliases": [], "NetworkID": "1", "IPAMConfig": None}


def other_alias(world):
    networks(world)["ledger_dev_internal"]["Aliases"] = ["cache"]


def fixed_address(world):
    networks(world)["ledger_dev_internal"]["IPAMConfig"] = {"IPv4Address": "172.30.0.9"}


def stale_network(world):
    networks(world)["ledger_dev_internal"]["NetworkID"] = "an older one"


def file(service, field, value):
    def do(world):
        files = world.snapshot.files[world.name(service)]
        if value is None:
            for name in [n for n in files if n.startswith(field)]:
                del files[name]
        else:
            assert field in files
            files[field] = value

    return do


def without(part, name):
    return lambda world: getattr(world.snapshot, part).pop(name)


def extra_container(world):
    other = json.loads(json.dumps(world.container("redis")))
    world.snapshot.containers["intruder"] = other


def extra_network(world):
    other = json.loads(json.dumps(world.snapshot.networks["ledger_dev_edge"]))
    world.snapshot.networks["ledger_dev_other"] = other


def extra_volume(world):
    labels = {"Driver": "local", "Labels": ENVIRONMENT, "Options": None}
    world.snapshot.volumes["some_volume"] = labels


def stranger(world):
    world.snapshot.strangers["listener"] = {}


def network(name, key, value):
    return lambda world: world.snapshot.networks[name].update({key: value})


def volume(name, key, value):
    return lambda world: world.snapshot.volumes[name].update({key: value})


REDIS, POSTGRES = "container ledger_dev_redis", "container ledger_dev_postgres"
CADDY, ADMINER = "container ledger_dev_caddy", "container ledger_dev_adminer"
DJANGO = "container ledger_dev_django"
INTERNAL, DATABASE = "network ledger_dev_internal", "volume ledger_dev_db_data"
CADDYFILE = "file /etc/caddy/Caddyfile"
PASSWORD_FILE = "file /run/secrets/postgres-password"

KINDS = [
    Injected("env changed", env("postgres", "PGDATA", "/x"), POSTGRES, "env PGDATA"),
    Injected("env added", env("redis", "LD_PRELOAD", "/evil.so"), REDIS, "env LD_PRELOAD"),
    Injected("env removed", env("postgres", "POSTGRES_DB", None), POSTGRES, "env POSTGRES_DB"),
    Injected("env of the image changed", env("redis", "PATH", "/x"), REDIS, "env PATH"),
    Injected("label changed", label("redis", "com.ledgerflow.stack", "x"), REDIS,
             "label com.ledgerflow.stack"),
    Injected("label removed", label("redis", "com.ledgerflow.service", None), REDIS,
             "label com.ledgerflow.service"),
    Injected("label added", label("redis", "traefik.enable", "true"), REDIS,
             "label traefik.enable"),
    Injected("command", config("redis", "Cmd", ["redis-server"]), REDIS, "command"),
    Injected("entrypoint", config("redis", "Entrypoint", ["sh"]), REDIS, "entrypoint"),
    Injected("user", config("redis", "User", "999"), REDIS, "user"),
    Injected("working directory", config("redis", "WorkingDir", "/"), REDIS, "working directory"),
    Injected("hostname", config("redis", "Hostname", "a1b2"), REDIS, "hostname"),
    Injected("stop signal", config("postgres", "StopSignal", "SIGKILL"), POSTGRES, "stop signal"),
    Injected("stop timeout", config("postgres", "StopTimeout", 1), POSTGRES, "stop timeout"),
    Injected("terminal", config("redis", "Tty", True), REDIS, "terminal"),
    Injected("health test", health("Test", ["CMD", "true"]), REDIS, "health test"),
    Injected("health interval", health("Interval", 60_000_000_000), REDIS, "health interval"),
    Injected("health retries", health("Retries", 99), REDIS, "health retries"),
    Injected("memory", host("redis", "Memory", 1 << 30), REDIS, "memory"),
    Injected("no memory limit", host("redis", "Memory", 0), REDIS, "memory"),
    Injected("swap", host("redis", "MemorySwap", -1), REDIS, "memory and swap"),
    Injected("cpus", host("redis", "NanoCpus", 4_000_000_000), REDIS, "cpus"),
    Injected("cpu quota", host("redis", "CpuQuota", 1000), REDIS, "cpu quota"),
    Injected("shared memory", host("postgres", "ShmSize", 1 << 20), POSTGRES, "shared memory"),
    Injected("process limit", host("redis", "PidsLimit", 5), REDIS, "process limit"),
    Injected("restart policy", host("redis", "RestartPolicy", {"Name": "no"}), REDIS,
             "restart policy"),
    Injected("capability", host("redis", "CapAdd", ["CAP_SYS_ADMIN"]), REDIS,
             "capabilities added"),
    Injected("capabilities kept", host("redis", "CapDrop", None), REDIS, "capabilities dropped"),
    Injected("security option", host("redis", "SecurityOpt", ["seccomp=unconfined"]), REDIS,
             "security options"),
    Injected("privileged", host("redis", "Privileged", True), REDIS, "privileged"),
    Injected("system paths", host("redis", "MaskedPaths", []), REDIS, "system paths unmasked"),
    Injected("writable root", host("adminer", "ReadonlyRootfs", False), ADMINER, "read-only root"),
    Injected("no reaper", host("adminer", "Init", False), ADMINER, "init"),
    Injected("process space", host("redis", "PidMode", "host"), REDIS, "pid mode"),
    Injected("host's network", host("redis", "NetworkMode", "host"), REDIS, "network mode"),
    Injected("device", host("redis", "Devices", [{"PathOnHost": "/dev/sda"}]), REDIS, "devices"),
    Injected("extra host", host("redis", "ExtraHosts", ["db:1.2.3.4"]), REDIS, "extra hosts"),
    Injected("name server", host("redis", "Dns", ["1.1.1.1"]), REDIS, "name servers"),
    Injected("ulimit", host("redis", "Ulimits", [{"Name": "nofile", "Soft": 1, "Hard": 1}]),
             REDIS, "ulimits"),
    Injected("log driver", host("redis", "LogConfig",
                                {"Type": "none", "Config": {"max-size": "10m", "max-file": "3"}}),
             REDIS, "log driver"),
    Injected("log size", host("redis", "LogConfig",
                              {"Type": "json-file", "Config": {"max-file": "3"}}),
             REDIS, "log option max-size"),
    Injected("port moved", port({"6379/tcp": [{"HostIp": "127.0.0.1", "HostPort": "1"}]}), REDIS,
             "port 6379/tcp"),
    Injected("port to the world", port({"6379/tcp": [{"HostIp": "", "HostPort": "6379"}]}),
             REDIS, "port 6379/tcp"),
    Injected("port closed", port({}), REDIS, "port 6379/tcp"),
    Injected("volume exchanged", mount("redis", Name="other"), REDIS, "mount /data"),
    Injected("volume read-only", mount("redis", RW=False), REDIS, "mount /data"),
    Injected("folder mounted", another_mount, REDIS, "mount /host"),
    Injected("memory mount", smaller_tmpfs, ADMINER, "mount /tmp"),
    Injected("network left", disconnected, REDIS, "network ledger_dev_internal"),
    Injected("network joined", connected, REDIS, "network bridge"),
    Injected("alias", other_alias, REDIS, "network ledger_dev_internal"),
    Injected("fixed address", fixed_address, REDIS, "network ledger_dev_internal"),
    Injected("network of before", stale_network, REDIS, "network ledger_dev_internal"),
    Injected("image", lambda w: w.container("redis").update(Image="sha256:" + "0" * 64),
             REDIS, "image"),
    Injected("built image", lambda w: w.container("django").update(Image="sha256:" + "0" * 64),
             DJANGO, "image"),
    Injected("file edited", file("caddy", f"{CADDYFILE} content", "sha256:0"), CADDY,
             f"{CADDYFILE} content"),
    Injected("file mode", file("caddy", f"{CADDYFILE} permissions", "0666"), CADDY,
             f"{CADDYFILE} permissions"),
    Injected("secret exchanged", file("django", f"{PASSWORD_FILE} content", "sha256:0"),
             DJANGO, f"{PASSWORD_FILE} content"),
    Injected("secret's owner", file("django", f"{PASSWORD_FILE} owner", "5:5"), DJANGO,
             f"{PASSWORD_FILE} owner"),
    Injected("stopped", state("exited"), REDIS, "state", Case.STOPPED),
    Injected("paused", state("paused"), REDIS, "state", Case.STOPPED),
    Injected("crashing", state("restarting"), REDIS, "state", Case.STOPPED),
    Injected("unhealthy", state("running", "unhealthy"), REDIS, "state", Case.STOPPED),
    Injected("container removed", without("containers", "ledger_dev_redis"), REDIS, "state",
             Case.MISSING),
    Injected("container replaced by hand", lambda w: w.container("redis").update(Id="f" * 64)
             or networks(w)["ledger_dev_internal"].update(Aliases=["redis", "f" * 12])
             or networks(w)["ledger_dev_edge"].update(Aliases=["redis", "f" * 12]),
             REDIS, "identity", Case.FOREIGN),
    Injected("container added", extra_container, "container intruder", "state", Case.UNEXPECTED),
    Injected("stranger on our network", stranger, "container listener", "network", Case.STRANGER),
    Injected("network opened", network("ledger_dev_internal", "Internal", False), INTERNAL,
             "internal"),
    Injected("network's label", network("ledger_dev_internal", "Labels",
                                        {conventions.LABEL_STACK: "dev"}), INTERNAL,
             "label com.ledgerflow.environment"),
    Injected("network's driver", network("ledger_dev_internal", "Driver", "macvlan"), INTERNAL,
             "driver"),
    Injected("network added", extra_network, "network ledger_dev_other", "state",
             Case.UNEXPECTED),
    Injected("protect label lost", volume("ledger_dev_db_data", "Labels", ENVIRONMENT), DATABASE,
             "label com.ledgerflow.protect"),
    Injected("volume on a share", volume("ledger_dev_db_data", "Options", {"type": "nfs"}),
             DATABASE, "option type"),
    Injected("volume gone", without("volumes", "ledger_dev_db_data"), DATABASE, "state",
             Case.MISSING),
    Injected("volume added", extra_volume, "volume some_volume", "state", Case.UNEXPECTED),
]  # fmt: skip


def test_an_untouched_environment_has_no_difference(world):
    assert world.differences() == []


def test_there_are_at_least_the_promised_kinds():
    assert len({kind.what for kind in KINDS}) == len(KINDS) >= 25


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.what)
def test_each_kind_is_found_and_nothing_beside_it(world, kind):
    kind.do(world)
    world.snapshot.images.setdefault("sha256:" + "0" * 64, IMAGE_CONFIG)
    found = world.differences()
    seen = [(d.resource, d.field, d.case) for d in found]
    assert seen == [(kind.resource, kind.field, kind.case)]
    assert found[0].remedy
    assert found[0].expected != found[0].found


def test_a_reference_that_means_another_image_by_now_is_no_drift(world):
    for reference in world.snapshot.image_ids:
        world.snapshot.image_ids[reference] = "sha256:" + "0" * 64
    assert world.differences() == []


def test_an_exchanged_network_shows_at_itself_and_at_its_containers(world):
    world.snapshot.networks["ledger_dev_internal"]["Id"] = "e" * 64
    found = world.differences()
    fields = {(d.kind.value, d.case, d.field) for d in found}
    assert fields == {
        ("network", Case.FOREIGN, "identity"),
        ("container", Case.CHANGED, "network ledger_dev_internal"),
    }
    assert len(found) == 1 + len(world.spec.services)


SECRETIVE = [
    env("redis", "REDIS_PASSWORD", CANARY),
    env("redis", "SOMETHING", CANARY),
    env("postgres", "POSTGRES_PASSWORD_FILE", CANARY),
    env("postgres", "PGDATA", f"postgres://me:{CANARY}@db"),
    config("redis", "Cmd", ["redis-server", "--requirepass", CANARY]),
    label("redis", "auth.token", CANARY),
    health("Test", ["CMD", "redis-cli", "--password", CANARY]),
]


@pytest.mark.parametrize("do", SECRETIVE)
def test_no_secret_is_in_a_report(world, do):
    do(world)
    found = world.differences()
    assert len(found) == 1
    assert CANARY not in report.as_text("dev", found, 0)
    assert CANARY not in report.as_json("dev", found, 0)


def test_the_hash_of_a_secret_is_not_in_a_report(world):
    files = world.snapshot.files[world.name("django")]
    before = files[f"{PASSWORD_FILE} content"]
    files[f"{PASSWORD_FILE} content"] = "sha256:abcdef"
    text = report.as_text("dev", world.differences(), 0)
    assert before not in text
    assert "abcdef" not in text
    assert "differs" in text
