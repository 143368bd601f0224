"""Folders of the machine in new containers."""

from worlds import World, container, environment, volume

from guard.effects import CreateContainer, Mounted
from judged import both


def writable(*paths):
    return [CreateContainer(mounts=(Mounted(path, "/x"),)) for path in paths]


def readable(*paths):
    return [CreateContainer(mounts=(Mounted(path, "/x", True),)) for path in paths]


def either(*paths):
    return [*writable(*paths), *readable(*paths)]


LINKS = {"/home/dev/shortcut": "/var/lib/docker", "/tmp/s": "/run/docker.sock", "/tmp/d": "/dev"}
HERE = World(*environment("dev"), links=LINKS)
TABLE = {
    "refuse LF021": [
        *either("/", "//", "/..", "/.", "/home/../..", "/var", "/var/", "/var/lib", "/run"),
        *either("/var/run", "/var/run/docker.sock", "/run/docker.sock", "//run///docker.sock"),
        *either("/var/lib/docker", "/var/lib/docker/volumes", "/var/lib/docker/volumes/x/_data"),
        *either("/run/docker", "/run/docker/plugins", "/run/containerd/containerd.sock"),
        *either("/run/podman", "/run/podman/podman.sock", "/var/lib/containerd", "/run/crio"),
        *either("/run/user", "/run/user/1000", "/run/user/1000/docker.sock", "/run/containerd"),
        *either("/home/u/.docker/run/docker.sock", "/x/docker-raw.sock", "/x/buildkitd.sock"),
        *either("/x/crio.sock", "/x/dockershim.sock", "/x/containerd.sock.ttrpc"),
        *either("/proc/1/root", "/proc/self/root/", "/proc/self/root/var/lib/docker"),
        *either("/proc/1/task/1/root/var", "/proc/1/root/proc/1/root/run", "/proc/1/root/.."),
        *either("/private/var/run/docker.sock", "/etc/../var/lib", "../../../var/lib"),
        *either("../../..", "/home/dev/shortcut", "/home/dev/shortcut/volumes", "~/shortcut"),
        *either("/tmp/s", "/var/lib/docker/containers/../volumes"),
        *writable("/var/lib/docker/containers"),
    ],
    "refuse LF048": [
        *writable("/etc", "/etc/docker", "/etc/docker/daemon.json", "/etc/systemd/system"),
        *writable("/usr", "/usr/lib", "/usr/lib/systemd", "/lib", "/private/etc", "/lib/systemd"),
        *writable("/home/u/project/.ledgerflow", "/srv/clone/.ledgerflow/audit"),
    ],
    "refuse LF020": [
        *writable("/dev", "/proc", "/sys", "/sys/fs/cgroup", "/proc/sys", "/dev/mapper", "/tmp/d"),
        *either("/dev/sda", "/dev/mem", "/dev/disk", "/proc/1/cwd", "/proc/self/fd/3"),
        *either("/dev/ttyUSB0/x", "/proc/1/task/2/cwd"),
    ],
    "refuse LF004": [
        *writable("/home/u/Dropbox/x", "/Users/u/Library/Mobile Documents/x", "/Users/u/OneDrive"),
        *writable("/Users/u/Library/CloudStorage/GoogleDrive-me/x", "/home/u/ICLOUD DRIVE/x"),
    ],
    "refuse LF043": [
        *writable("/home/u/LedgerFlow_Archive", "/home/u/LedgerFlow_Archive/backups/prod"),
        *writable("/home/u/ledgerflow_archive/x"),
    ],
    "allow": [
        *either("/home/u/src", ".", "./src", "..", "~/src", "~", "/srv", "/tmp", "/mnt", "/opt/x"),
        *either("/dev/shm", "/dev/null", "/dev/dri", "/dev/net/tun", "/dev/bus/usb/001"),
        *either("/var/log", "/var/tmp", "/varx", "/var/lib/postgresql", "/var/lib/dockerx"),
        *either("/run/dbus", "/run/udev", "/run/user/1000/bus/x", "/srv/docker/x", "/x/app.sock"),
        *either("/home/u/sys", "/home/u/root", "/private/x", "/etc2", "/x/proc/1/root"),
        *readable("/etc", "/etc/docker", "/etc/localtime", "/etc/ssl/certs", "/usr", "/lib"),
        *readable("/sys", "/sys/fs/cgroup", "/proc", "/proc/cpuinfo", "/dev"),
        *readable("/var/lib/docker/containers", "/var/lib/docker/containers/x"),
        *readable("/home/u/Dropbox/x", "/home/u/LedgerFlow_Archive", "/clone/.ledgerflow"),
        *writable("/etc/ssl", "/usr/share", "/etc/nginx", "/usr/lib/python3"),
    ],
}
BACKED_UP = World(
    container("ledger_prod_backup", "/home/u/LedgerFlow_Archive/backups/prod:/archive/prod"),
    container("other", "/srv/x:/x", "/var/lib/docker/volumes/LedgerFlow_Archive/_data:/y"),
)
ARCHIVE = {
    "refuse LF043": writable("/home/u", "/home", "/home/u/LedgerFlow_Archive/backups/prod/x"),
    "allow": [*writable("/home/u/src", "/srv", "/home/u/LedgerFlow"), *readable("/home/u")],
}
ELSEWHERE = World(
    *environment("dev"),
    volume("ledger_dev_big", device="/disk/big"),
    volume("ledger_prod_media_data", device="/disk/media"),
    volume("nfs", device=":/export", com__ledgerflow__protect="true"),
    data_root="/data/engine",
    links={"/data/engine": "/big/engine", "/disk/media": "/big/media"},
)
OTHER_ROOT = {
    "refuse LF021": [
        *either("/data", "/data/engine", "/data/engine/volumes", "/var/lib/docker"),
        *either("/big", "/big/engine", "/big/engine/volumes"),
        *writable("/data/engine/containers"),
    ],
    "refuse LF043": either("/disk", "/disk/media", "/disk/media/2026", "/big/media/x"),
    "allow": [
        *either("/disk/big", "/data/other", "/export", "/big/other"),
        *readable("/data/engine/containers"),
    ],
}
CASES = [
    *both("paths", HERE, TABLE),
    *both("beside the archive", BACKED_UP, ARCHIVE),
    *both("another root", ELSEWHERE, OTHER_ROOT),
]
