"""What a new container mounts, may and runs."""

import shlex
from dataclasses import replace

import pytest

from guard.effects import ChangeSwarm, CreateContainer, Mounted, Unknown
from guard.grammar import read

pytestmark = pytest.mark.unit

SOCKET = "/var/run/docker.sock"
ALPINE = CreateContainer(image="alpine")


def effects(line):
    return list(read(shlex.split(line), {}).effects)


@pytest.mark.parametrize(
    ("flags", "mounts"),
    [
        ("-v data:/x", [Mounted("data", "/x")]),
        ("-v data:/x:ro", [Mounted("data", "/x", read_only=True)]),
        ("-v data:/x:Z,ro", [Mounted("data", "/x", read_only=True)]),
        ("-v data:/x:rw,nocopy", [Mounted("data", "/x")]),
        ("-v data:/x:ro,rw", [Mounted("data", "/x")]),
        ("-v /x", [Mounted("", "/x")]),
        ("-v /a/../b:/x", [Mounted("/a/../b", "/x")]),
        ("-v ./a:/x", [Mounted("./a", "/x")]),
        ("--volume=a:/x --volume b:/y", [Mounted("a", "/x"), Mounted("b", "/y")]),
        ("-itdv data:/x", [Mounted("data", "/x")]),
        ("-vdata:/x", [Mounted("data", "/x")]),
        ("--mount source=data,target=/x", [Mounted("data", "/x")]),
        ("--mount src=data,dst=/x,readonly", [Mounted("data", "/x", read_only=True)]),
        ("--mount src=data,destination=/x,ro=1", [Mounted("data", "/x", read_only=True)]),
        ("--mount src=data,dst=/x,readonly=false", [Mounted("data", "/x")]),
        ("--mount TYPE=Volume,Source=data,Target=/x", [Mounted("data", "/x")]),
        ("--mount type=bind,src=/a,dst=/x", [Mounted("/a", "/x")]),
        ("--mount type=bind,src=a,dst=/x,bind-nonrecursive", [Mounted("./a", "/x")]),
        ("--mount type=bind,src=../a,dst=/x", [Mounted("../a", "/x")]),
        ("--mount type=volume,dst=/x,volume-nocopy", [Mounted("", "/x")]),
        ("--mount type=tmpfs,dst=/x", []),
        ("--mount type=image,src=alpine,dst=/x", []),
        ("--mount type=cluster,src=data,dst=/x", [Mounted("data", "/x")]),
        (
            "--mount src=data,dst=/x,volume-opt=type=none,volume-opt=device=/srv/x",
            [Mounted("data", "/x", device="/srv/x")],
        ),
        (
            """--mount 'src=data,dst=/x,"volume-opt=o=bind,uid=1","volume-opt=device=/a,b"'""",
            [Mounted("data", "/x", device="/a,b")],
        ),
        ("--use-api-socket", [Mounted(SOCKET, SOCKET)]),
        ("--tmpfs /x", []),
        ("--mount src=b,dst=/y -v a:/x", [Mounted("a", "/x"), Mounted("b", "/y")]),
    ],
)
def test_mounts(flags, mounts):
    assert effects(f"run {flags} alpine") == [replace(ALPINE, mounts=tuple(mounts))]


@pytest.mark.parametrize("value", ["data", "", '"a', "a\nb", "type=bind,x"])
def test_a_mount_that_is_no_list_of_keys(value):
    found = read(["run", "--mount", value, "alpine"], {}).effects
    assert found[0] == ALPINE
    assert isinstance(found[1], Unknown)


@pytest.mark.parametrize(
    ("flags", "changes"),
    [
        ("--name x --rm", {"name": "x", "remove_after": True}),
        ("--name x --name y", {"name": "y"}),
        ("--rm --rm=false", {}),
        ("-l a=b --label c -l a=d", {"labels": (("a", "d"), ("c", ""))}),
        ("--volumes-from a --volumes-from b:ro", {"volumes_from": ("a", "b:ro")}),
        ("--volumes-from a:rw,z", {"volumes_from": ("a",)}),
        ("--privileged", {"privileged": True}),
        ("--privileged=false", {}),
        ("--cap-add cap_sys_admin --cap-add=all", {"capabilities": ("SYS_ADMIN", "ALL")}),
        ("--device /dev/sda:/dev/x:r", {"devices": ("/dev/sda",)}),
        ("--device-cgroup-rule 'b 8:* rwm'", {"devices": ("rule:b 8:* rwm",)}),
        ("--security-opt seccomp=unconfined", {"security_options": ("seccomp=unconfined",)}),
        ("--pid host", {"namespaces": (("pid", "host"),)}),
        ("--pid=container:x --ipc shareable", {"namespaces": (("pid", "container:x"),)}),
        (
            "--ipc host --uts=host --userns host --cgroupns host",
            {"namespaces": tuple((kind, "host") for kind in ("ipc", "userns", "uts", "cgroup"))},
        ),
        ("--network host", {"namespaces": (("network", "host"),), "networks": ("host",)}),
        (
            "--net container:x",
            {"namespaces": (("network", "container:x"),), "networks": ("container:x",)},
        ),
        ("--network name=net,alias=x --net other", {"networks": ("net", "other")}),
        ("--network alias=x", {"networks": ("alias=x",)}),
        ("-d -p 80:80 -e A=B --cpus 2 -h web --gpus all", {}),
        ("--entrypoint sh", {"command": ("sh",)}),
        ("--entrypoint ''", {}),
    ],
)
def test_flags(flags, changes):
    assert effects(f"run {flags} alpine") == [replace(ALPINE, **changes)]


def test_what_stands_after_the_image_is_its_command():
    found = effects("run --entrypoint sh alpine -c 'docker volume rm x' --privileged -v a:/b")
    command = ("sh", "-c", "docker volume rm x", "--privileged", "-v", "a:/b")
    assert found == [replace(ALPINE, command=command)]


def test_create_is_as_run():
    assert effects("create -v a:/b alpine ls") == effects("container run -v a:/b alpine ls")


def test_without_an_image_docker_makes_nothing_and_the_flags_count_still():
    assert effects("run --privileged") == [CreateContainer(privileged=True)]


def test_a_service():
    found = effects(
        "service create --name x --mount src=data,dst=/x --mount no --cap-add BPF --network host "
        "--container-label a=b --label c=d alpine rm -rf /x"
    )
    assert found == [
        CreateContainer(
            name="x",
            image="alpine",
            labels=(("c", "d"), ("a", "b")),
            mounts=(Mounted("data", "/x"),),
            capabilities=("BPF",),
            namespaces=(("network", "host"),),
            networks=("host",),
            command=("rm", "-rf", "/x"),
        ),
        ChangeSwarm("service create", "x"),
        Unknown("--mount no", ("no",)),
    ]


def test_a_change_of_a_service():
    found = effects(
        "service update --mount-add src=data,dst=/x --image alpine --args 'rm -rf /x' "
        "--network-add net x"
    )
    assert found == [
        CreateContainer(
            name="x",
            image="alpine",
            mounts=(Mounted("data", "/x"),),
            networks=("net",),
            command=("rm", "-rf", "/x"),
        ),
        ChangeSwarm("service update", "x"),
    ]
    assert effects("service update") == [CreateContainer(), ChangeSwarm("service update")]
