"""New containers: what they reach by privileges, namespaces, networks, names and volumes."""

from worlds import World, container, environment, identity, network, volume

from guard.effects import CreateContainer, Mounted, StartProject
from judged import both, cases
from judged.volumes import DB, JOURNAL, KEPT, KEPT_LABELS, OF, STAGED, journal

FOREIGN = container("builder", "/srv/x:/x", "pgdata:/data")
HERE = World(
    *environment("prod"),
    *environment("dev"),
    FOREIGN,
    container("portainer", "/var/run/docker.sock:/var/run/docker.sock"),
    container("reader", "ledger_dev_db_data:/data:ro"),
    volume("pgdata"),
    volume("rooted", device="/var/lib/docker"),
    volume("precious", com__ledgerflow__protect="true"),
    volume("labelled", com__ledgerflow__environment="prod"),
    network("web"),
    network("front", com__ledgerflow__environment="prod"),
)


def new(**given):
    return CreateContainer(**given)


def own(service, *mounts, environment="prod", stack=None, name=None, **given):
    labels = (
        ("com.ledgerflow.environment", environment),
        ("com.ledgerflow.service", service),
        ("com.ledgerflow.stack", stack or environment),
    )
    name = name or f"ledger_{environment}_{service.replace('-', '_')}"
    return CreateContainer(name=name, labels=labels, mounts=mounts, **given)


def option(text):
    return new(security_options=(text,))


def added(name):
    return new(capabilities=(name,))


def shared(kind, value):
    return new(namespaces=((kind, value),))


def on(*names):
    return new(networks=names)


def mounted(source, *, read_only=False, target="/x"):
    return new(mounts=(Mounted(source, target, read_only),))


MACHINE = {
    "refuse LF020": [
        new(privileged=True),
        new(privileged=True, security_options=("label=disable",), devices=("/dev/sda",)),
        option("seccomp=unconfined"),
        option("seccomp:unconfined"),
        option("apparmor=unconfined"),
        option("AppArmor=Unconfined"),
        option("systempaths=unconfined"),
        option("label=disable"),
        option("label:disable"),
        new(devices=("/dev/sda",)),
        new(devices=("/dev/mapper/vg-root",)),
        new(devices=("/dev/mem",)),
        new(devices=("rule:b *:* rwm",)),
        new(devices=("/dev/null", "/dev/nvme0n1")),
        new(devices=("/dev",)),
        new(devices=("/dev/ttyUSB0/../sda",)),
    ],
    "allow": [
        new(),
        option("no-new-privileges"),
        option("seccomp=profile.json"),
        option("label=type:x"),
        option("label=unconfined"),
        option("seccomp=disable"),
        new(devices=("/dev/null",)),
        new(devices=("/dev/dri/card0", "/dev/snd")),
        new(devices=("/dev/ttyUSB0", "/dev/video0", "/dev/nvidia-uvm", "/dev/ttyACM1")),
        new(devices=("/dev/fuse", "/dev/net/tun", "/dev/kvm")),
    ],
    "refuse LF018": [
        *map(added, ("ALL", "BPF", "DAC_READ_SEARCH", "MKNOD", "PERFMON", "SYS_ADMIN")),
        *map(added, ("SYS_BOOT", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO")),
        added("CAP_SYS_ADMIN"),
        added("sys_admin"),
        new(capabilities=("NET_ADMIN", "SYS_ADMIN")),
    ],
    "refuse LF022": [
        *(shared(kind, "host") for kind in ("pid", "ipc", "userns", "uts", "cgroup")),
        shared("pid", "container:ledger_dev_postgres"),
        shared("ipc", "container:ledger_prod_postgres"),
        shared("pid", f"container:{identity('ledger_prod_redis')[:12]}"),
    ],
    "refuse LF006": [
        shared("network", "container:ledger_prod_postgres"),
        on("ledger_prod_internal"),
        on("web", "ledger_prod_edge"),
        on(identity("ledger_prod_edge")[:12]),
        on("front"),
        on("ledger_staging_internal"),
    ],
}
HARMLESS = {
    "allow": [
        added("NET_ADMIN"),
        added("CHOWN"),
        shared("network", "host"),
        shared("network", "container:builder"),
        shared("network", "container:no-such"),
        shared("network", "container:ledger_dev_postgres"),
        shared("pid", "container:builder"),
        shared("ipc", "private"),
        shared("ipc", "shareable"),
        on("web"),
        on("bridge", "host", "none", "default", ""),
        on("ledger_dev_internal"),
        on("no-such"),
    ]
}
VOLUMES = {
    "refuse LF043": [
        mounted(DB),
        mounted(DB, read_only=True),
        mounted("ledger_prod_media_data", read_only=True),
        mounted("ledger_dev_db_data"),
        mounted("precious"),
        new(mounts=(Mounted("pgdata", "/a"), Mounted("ledger_dev_media_data", "/b"))),
        own("django", Mounted("ledger_prod_db_data", "/x"), environment="dev"),
        own("django", Mounted("ledger_prod_db_data", "/x", True), environment="dev"),
        own("django", Mounted("ledger_dev_db_data", "/x"), environment="dev", name="django"),
        own("django", Mounted("ledger_dev_db_data", "/x"), environment="dev", stack="prod"),
        own("redis", Mounted("ledger_dev_db_data", "/x"), environment="dev", name="ledger_dev_r"),
        own(
            "redis",
            Mounted("ledger_dev_db_data", "/x"),
            environment="dev",
            name="ledger_dev_redisx",
        ),
        CreateContainer(name="ledger_dev_django", mounts=(Mounted("ledger_dev_media_data", "/x"),)),
        CreateContainer(
            name="ledger_dev_django",
            labels=(("com.ledgerflow.environment", "dev"), ("com.ledgerflow.stack", "dev")),
            mounts=(Mounted("ledger_dev_media_data", "/x"),),
        ),
        new(volumes_from=("ledger_dev_postgres",)),
        new(volumes_from=("ledger_prod_postgres:ro",)),
        new(volumes_from=("builder", "ledger_dev_postgres:rw")),
    ],
    "refuse LF006": [
        mounted("ledger_prod_redis_data"),
        mounted("ledger_prod_caddy_data", read_only=True),
        mounted("labelled"),
        mounted("ledger_dr_redis_data"),
        own("redis", Mounted("ledger_prod_redis_data", "/x"), environment="dev"),
    ],
    "refuse LF051": [
        mounted("ledger_dr_db_data"),
        mounted("ledger_dr_media_data", read_only=True),
        own("postgres", Mounted("ledger_staging_db_data", "/x"), environment="dev"),
    ],
    "refuse LF021": [
        mounted("rooted"),
        mounted("rooted", read_only=True),
        new(mounts=(Mounted("fresh", "/x", device="/"),)),
        new(volumes_from=("portainer",)),
        mounted("/"),
    ],
    "refuse LF045": [
        own(
            "postgres",
            Mounted("ledger_dev_db_data", "/data"),
            environment="dev",
            command=("rm", "-rf", "/data/base"),
        ),
        new(
            mounts=(Mounted("ledger_dev_db_data", "/data", True), Mounted("/srv/y", "/y")),
            command=("sh", "-c", "rm -rf /data"),
        ),
    ],
    "allow": [
        mounted("pgdata"),
        mounted("fresh"),
        mounted(""),
        mounted("ledger_dev_redis_data"),
        mounted("ledger_dev_db_data", read_only=True),
        mounted("precious", read_only=True),
        new(mounts=(Mounted("fresh", "/x", device="/srv/disk"),)),
        own("django", Mounted("ledger_dev_media_data", "/x"), environment="dev"),
        own("django", Mounted("precious", "/x"), environment="dev"),
        own("django-blue", Mounted("ledger_dev_media_data", "/x"), environment="dev"),
        own(
            "backup",
            Mounted("ledger_dev_media_data", "/x"),
            Mounted("/home/u/LedgerFlow_Archive/backups/dev", "/archive/dev"),
            environment="dev",
            stack="dev-backup",
            name="ledger_dev_backup_run_1a2b",
        ),
        new(volumes_from=("ledger_dev_postgres:ro", "builder", "no-such", "reader")),
        new(mounts=(Mounted("pgdata", "/data"),), command=("rm", "-rf", "/data")),
        new(mounts=(Mounted("ledger_dev_db_data", "/data", True),), command=("ls", "/data")),
        new(mounts=(Mounted("/srv/data", "/data"),), command=("rm", "-rf", "/data")),
    ],
}
MEDIA = Mounted("ledger_prod_media_data", "/srv/media")
ARCHIVE = Mounted("/home/u/LedgerFlow_Archive/backups/prod", "/archive/prod")
BY_NAME = {
    "refuse LF052": [
        CreateContainer(name="ledger_prod_x"),
        CreateContainer(name="ledger_staging_postgres"),
        CreateContainer(name="web", labels=(("com.ledgerflow.environment", "prod"),)),
        CreateContainer(labels=(("com.ledgerflow.environment", "dr"),)),
        own("django", environment="dev", name="ledger_prod_django"),
        own("redis", stack="dev"),
        own("redis", name="ledger_prod_postgres"),
    ],
    "allow": [
        CreateContainer(name="ledger_dev_x"),
        CreateContainer(name="ledger_test-1a_x"),
        CreateContainer(name="web", labels=(("com.ledgerflow.environment", "dev"),)),
        CreateContainer(name="prod"),
    ],
}
OWN = [
    own("redis", Mounted("ledger_prod_redis_data", "/data")),
    own("postgres", Mounted(DB, "/var/lib/postgresql/data")),
    own("django-blue", MEDIA, networks=("ledger_prod_internal",)),
    own("backup", MEDIA, ARCHIVE, stack="prod-backup", name="ledger_prod_backup_run_1a2b3c4d"),
    own(
        "backup",
        ARCHIVE,
        stack="prod-backup",
        namespaces=(("network", "container:ledger_prod_postgres"),),
    ),
]
FROM_OTHERS = {
    "refuse LF006": [
        own("django", networks=("ledger_prod_internal",), environment="dev"),
        own(
            "django",
            namespaces=(("network", "container:ledger_prod_redis"),),
            environment="dev",
        ),
    ],
    "refuse LF043": [
        own("django", ARCHIVE),
        new(mounts=(ARCHIVE,)),
        own("backup", ARCHIVE, environment="dev"),
        own("backup", Mounted("/home/u/LedgerFlow_Archive/backups", "/archive")),
        own("backup", Mounted("/home/u/LedgerFlow_Archive/backups/prod/x", "/archive")),
        own("backup", Mounted("/home/u/LedgerFlow_Archive/prod", "/archive")),
        own("backup", ARCHIVE, environment="dev", name="ledger_prod_backup"),
    ],
}

SERVER = ("postgres", "-c", "autovacuum=off")
DATA = "/var/lib/postgresql/data"


def helper(name, *mounts, command=("-o", "pipefail", "-c", "cp -a /from/. /to/"), **given):
    return CreateContainer(name=name, mounts=mounts, command=command, **given)


def copy(source, target, *, comparing=False):
    mounts = (Mounted(source, "/from", True), Mounted(target, "/to", comparing))
    return helper(f"{target}_copying", *mounts)


HELD = volume(KEPT, **KEPT_LABELS)
READY = volume(STAGED, **OF)
PLAIN = World(*environment("prod"), HELD, READY, volume("pgdata"))
KEEPING = World(*environment("prod"), journal("keeping"), HELD)
OTHER_COPY = World(*environment("prod"), journal("keeping", kept="other"), HELD)
REBUILDING = World(*environment("prod"), journal("rebuilding"), HELD)
SERVERS = [
    helper(f"{DB}_server", Mounted(DB, DATA), command=SERVER),
    helper(f"{STAGED}_server", Mounted(STAGED, DATA), command=SERVER),
    copy(DB, STAGED),
    copy(KEPT, DB, comparing=True),
    copy(KEPT, STAGED),
]
NO_SERVERS = {
    "refuse LF043": [
        helper(f"{DB}_server", Mounted(DB, DATA), command=("sh",)),
        helper(f"{DB}_server", Mounted(DB, DATA), command=()),
        helper("x_server", Mounted(DB, DATA), command=SERVER),
        helper(f"{STAGED}_server", Mounted(DB, DATA), command=SERVER),
        helper(f"{STAGED}_copying", Mounted(DB, "/to"), Mounted(STAGED, "/from", True)),
        helper("pgdata_copying", Mounted(DB, "/from", True), Mounted("pgdata", "/to")),
        copy(KEPT, DB),
        copy(DB, KEPT),
    ],
    "refuse LF006": [helper("pgdata_copying", Mounted(STAGED, "/from", True))],
}
BESIDE = own(
    "backup",
    ARCHIVE,
    stack="prod-backup",
    namespaces=(("network", f"container:{DB}_server"),),
)
HELPER_ALONE = helper(f"{DB}_server", Mounted(DB, DATA), command=SERVER, networks=("none",))

COMPOSED = {
    "refuse LF043": [StartProject("x", mounts=(Mounted("ledger_dev_db_data", "/d"),))],
    "refuse LF021": [StartProject("x", mounts=(Mounted("/var/run/docker.sock", "/d"),))],
    "allow": [StartProject("x", mounts=(Mounted("pgdata", "/d"), Mounted("./src", "/src")))],
}

CASES = [
    *both("machine", HERE, MACHINE),
    *both("machine", HERE, HARMLESS),
    *both("volumes mounted", HERE, VOLUMES),
    *both("names", HERE, BY_NAME),
    *cases("own containers", HERE, {"refuse LF052": OWN}),
    *cases("own containers", HERE, {"allow": OWN}, by_hand=False),
    *cases("from others", HERE, FROM_OTHERS, by_hand=False),
    *cases("helpers", PLAIN, {"allow": [*SERVERS, HELPER_ALONE]}, by_hand=False),
    *cases("helpers", PLAIN, {"refuse LF043": [SERVERS[0], SERVERS[2], SERVERS[3]]}),
    *cases("no helpers", PLAIN, NO_SERVERS, by_hand=False),
    *cases("filling", REBUILDING, {"allow": [copy(KEPT, DB)]}, by_hand=False),
    *cases("filling", REBUILDING, {"refuse LF043": [copy(DB, KEPT)]}, by_hand=False),
    *cases("filling", REBUILDING, {"refuse LF043": [copy(KEPT, DB)]}),
    *cases("keeping", KEEPING, {"allow": [copy(DB, KEPT)]}, by_hand=False),
    *cases("keeping", KEEPING, {"refuse LF043": [copy(KEPT, DB)]}, by_hand=False),
    *cases("keeping another", OTHER_COPY, {"refuse LF043": [copy(DB, KEPT)]}, by_hand=False),
    *both("composed", HERE, COMPOSED),
    *cases(
        "beside a scratch server",
        World(*environment("prod"), container(f"{DB}_server", f"{DB}:{DATA}")),
        {"allow": [BESIDE]},
        by_hand=False,
    ),
    *both("a journal's name", PLAIN, {"allow": [mounted(JOURNAL.replace("prod", "dev"))]}),
]
