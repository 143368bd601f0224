"""What the processes of running containers may do, asked inside of them."""

import pytest
from machine import printed

from infra.configuration import from_file
from infra.environment import environment
from infra.settings import Settings
from infra.spec import TmpfsMount

pytestmark = pytest.mark.e2e

# Debian leaves these open in its images
OPEN_TO_EVERYBODY = {"/tmp", "/var/tmp", "/run/lock"}
WRITABLE = "find / -xdev -writable ! -type l 2>/dev/null; true"
FIELDS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
NET_BIND_SERVICE = 1 << 10


@pytest.fixture(scope="module")
def services(running, daemon):
    """Each service of the environment with its container."""
    settings = Settings.parse(running.environment, from_file(running.stack_file))
    return [
        (service, daemon.containers.get(running.container(service.name)))
        for service in environment(settings).services
    ]


def said(container, script):
    """Return what a shell says in the container, as the container's own user."""
    return printed(container, "sh", "-c", script)


def status(container):
    """Return the fields of process 1's status in /proc."""
    lines = said(container, "cat /proc/1/status").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_only_volumes_memory_and_what_is_open_to_everybody_can_be_written(services):
    for service, container in services:
        if service.as_root:
            continue
        mounted = {mount["Destination"] for mount in container.attrs["Mounts"]}
        mounted |= {m.path for m in service.mounts if isinstance(m, TmpfsMount)}
        # /var/run is a link to /run
        mounted |= {path.removeprefix("/var") for path in mounted if path.startswith("/var/run/")}
        roots = set(said(container, WRITABLE).split())
        beyond = {path for path in roots - mounted if not path.startswith(tuple(mounted))}
        assert beyond <= (set() if service.read_only else OPEN_TO_EVERYBODY), service.name


def test_a_read_only_root_refuses_root_as_well(services):
    seen = set()
    for service, container in services:
        if service.read_only:
            code, output = container.exec_run(["touch", "/probe"], user="0")
            assert code != 0, service.name
            assert b"Read-only file system" in output, service.name
            seen.add(service.name)
    assert seen == {"postgres", "redis", "adminer"}


def test_processes_have_and_gain_no_capabilities(services):
    for service, container in services:
        process = status(container)
        allowed = NET_BIND_SERVICE if service.capabilities else 0
        assert all(int(process[field], 16) & ~allowed == 0 for field in FIELDS), service.name
        assert process["NoNewPrivs"] == "1", service.name
        assert process["Seccomp"] == "2", service.name
        assert (process["Uid"].split()[0] == "0") == service.as_root, service.name


def test_processes_are_limited(services):
    for service, container in services:
        if not service.as_root:
            lines = said(container, "cat /proc/1/limits").splitlines()
            (limit,) = [line.split()[2:4] for line in lines if line.startswith("Max processes")]
            assert limit == [str(service.limits.processes)] * 2, service.name
