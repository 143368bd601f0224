"""Rules for what a container may do to its machine."""

from typing import Final

from policies.catalogue.rule import Layer, Rule

LF017: Final = Rule(
    id="LF017",
    slug="drop-capabilities",
    title="All capabilities are dropped",
    sentence="Every container drops the capability ALL.",
    why="Docker's default set is enough to forge packets and to make device files.",
    sources=("I6", "CIS Docker Benchmark 5.4"),
    applies_to="containers",
    remedy='Set capabilities with drops=["ALL"], and add back by name what is needed.',
)

LF018: Final = Rule(
    id="LF018",
    slug="few-capabilities",
    title="Only harmless capabilities are added back",
    sentence="A container adds no capability but CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, "
    "NET_BIND_SERVICE, SETGID and SETUID.",
    why="Others, such as SYS_ADMIN or NET_RAW, reach beyond the container.",
    sources=("CIS Docker Benchmark 5.4",),
    applies_to="containers",
    remedy="Remove the capability; run the service in a way that does without it.",
    layers=(Layer.POLICY, Layer.GUARD, Layer.AUTHORIZATION),
    exceptions="Of a command only those are refused that reach the machine, its processes or its "
    "disks: ALL, BPF, DAC_READ_SEARCH, MKNOD, PERFMON, SYS_ADMIN, SYS_BOOT, SYS_MODULE, SYS_PTRACE "
    "and SYS_RAWIO.",
)

LF019: Final = Rule(
    id="LF019",
    slug="no-new-privileges",
    title="No process gains privileges",
    sentence="Every container has the security option no-new-privileges:true.",
    why="Without it a set-user-id program in an image makes root of a plain user.",
    sources=("CIS Docker Benchmark 5.26",),
    applies_to="containers",
    remedy='Set security_opts=["no-new-privileges:true"].',
)

LF020: Final = Rule(
    id="LF020",
    slug="confined",
    title="Containers stay confined",
    sentence="No container is privileged, gets a device of the machine, or switches off seccomp, "
    "AppArmor or SELinux.",
    why="Each of them gives the container the machine, and with it every other environment.",
    sources=("S6", "CIS Docker Benchmark 5.2, 5.3, 5.5, 5.18 and 5.22"),
    applies_to="containers",
    remedy="Remove privileged, devices and the unconfined profile.",
    layers=(Layer.POLICY, Layer.GUARD, Layer.AUTHORIZATION),
    exceptions="A command may give a container devices that reach no disk and no memory of the "
    "machine, such as /dev/dri, and mount the kernel's folders read-only.",
)

LF021: Final = Rule(
    id="LF021",
    slug="no-docker-socket",
    title="No container reaches the Docker daemon",
    sentence="No container mounts the Docker daemon's socket, a folder that holds it, or its "
    "data, and none is told a DOCKER_HOST.",
    why="Whoever reaches the daemon can remove every volume of every environment.",
    sources=("S6", "S7", "CIS Docker Benchmark 5.32"),
    applies_to="containers and volumes",
    remedy="Remove the mount; what must ask the daemon runs on the machine, not in a container.",
    layers=(Layer.POLICY, Layer.GUARD, Layer.AUTHORIZATION),
)

LF022: Final = Rule(
    id="LF022",
    slug="own-namespaces",
    title="Containers have namespaces of their own",
    sentence="No container shares the network, processes, IPC, users or control groups of the "
    "machine or of another container.",
    why="On the machine's network a container publishes every port it opens; among its processes "
    "it reads their secrets.",
    sources=("S6", "CIS Docker Benchmark 5.10, 5.16, 5.17 and 5.31"),
    applies_to="containers",
    remedy='Set network_mode="bridge" and ipc_mode="private"; leave the other modes out.',
    layers=(Layer.POLICY, Layer.GUARD, Layer.AUTHORIZATION),
    exceptions="A command may share the machine's network, and other namespaces of containers that "
    "are not LedgerFlow's.",
)

RULES: Final = (LF017, LF018, LF019, LF020, LF021, LF022)
