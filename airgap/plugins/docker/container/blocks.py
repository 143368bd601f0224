"""The nested blocks of a container's inputs: ports, mounts, uploads and the like."""

from airgap.plugins.docker.durations import to_nanoseconds
from airgap.plugins.schema import Field, block

_NEWER = "the Docker engine 20.10 does not know it"
_DURATION = r"^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$|^0$"


def _duration() -> Field:
    return Field(default="0s", pattern=_DURATION, normal=to_nanoseconds)


EVERYWHERE = "0.0.0.0"  # noqa: S104 - the official plugin's default address of a port

PORTS = Field(
    shape="blocks",
    replace=True,
    fields={
        "internal": Field(kind="integer", required=True),
        "external": Field(kind="integer", computed=True),
        "ip": Field(default=EVERYWHERE, normal=lambda ip: ip or EVERYWHERE),
        "protocol": Field(default="tcp"),
    },
)
HOSTS = Field(
    shape="block_set",
    replace=True,
    fields={"host": Field(required=True), "ip": Field(required=True)},
)
ULIMITS = Field(
    shape="block_set",
    replace=True,
    fields={
        "name": Field(required=True),
        "soft": Field(kind="integer", required=True),
        "hard": Field(kind="integer", required=True),
    },
)


def _capability(name: str) -> str:
    """Docker's own spelling: `chown` is `CAP_CHOWN`."""
    upper = name.upper()
    return upper if upper == "ALL" or upper.startswith("CAP_") else f"CAP_{upper}"


CAPABILITIES = block(
    {name: Field(shape="set", normal=_capability) for name in ("adds", "drops")}, replace=True
)
DEVICES = Field(
    shape="block_set",
    replace=True,
    fields={
        "hostPath": Field(required=True),
        "containerPath": Field(computed=True),
        "permissions": Field(computed=True),
    },
)
THROTTLE = Field(
    shape="block_set",
    replace=True,
    fields={
        "path": Field(required=True),
        "rate": Field(kind="integer", required=True, minimum=0),
    },
)
HEALTHCHECK = block(
    {
        "tests": Field(shape="list"),
        "interval": _duration(),
        "timeout": _duration(),
        "startPeriod": _duration(),
        "startInterval": _duration(),
        "retries": Field(kind="integer", minimum=0),
    },
    replace=True,
    computed=True,
)
VOLUMES = Field(
    shape="block_set",
    replace=True,
    fields={
        "containerPath": Field(),
        "fromContainer": Field(),
        "hostPath": Field(pattern=r"^/|^[A-Za-z]:"),
        "readOnly": Field(kind="boolean"),
        "selinuxRelabel": Field(pattern="^[zZ]$"),
        "volumeName": Field(),
    },
)
_MOUNT_LABELS = Field(
    shape="block_set",
    fields={"label": Field(required=True), "value": Field(required=True)},
)
MOUNTS = Field(
    shape="block_set",
    replace=True,
    fields={
        "type": Field(required=True, pattern="^(bind|volume|tmpfs)$"),
        "target": Field(required=True),
        "source": Field(),
        "readOnly": Field(kind="boolean"),
        "bindOptions": block(
            {"propagation": Field(pattern="^r?(private|shared|slave)$")},
        ),
        "tmpfsOptions": block(
            {"mode": Field(kind="integer"), "sizeBytes": Field(kind="integer")},
        ),
        "volumeOptions": block(
            {
                "driverName": Field(),
                "driverOptions": Field(shape="map"),
                "labels": _MOUNT_LABELS,
                "noCopy": Field(kind="boolean"),
                "subpath": Field(refused=_NEWER),
            },
        ),
    },
)
NETWORKS_ADVANCED = Field(
    shape="block_set",
    replace=True,
    fields={
        "name": Field(required=True),
        "aliases": Field(shape="set"),
        "driverOpts": Field(shape="set", pattern="="),
        "gwPriority": Field(kind="integer", refused=_NEWER),
        "ipv4Address": Field(),
        "ipv6Address": Field(),
        "linkLocalIps": Field(shape="set"),
        "macAddress": Field(refused=_NEWER),
    },
)
UPLOADS = Field(
    shape="block_set",
    replace=True,
    fields={
        "file": Field(required=True),
        "content": Field(),
        "contentBase64": Field(),
        "executable": Field(kind="boolean"),
        "group": Field(),
        "owner": Field(),
        "permissions": Field(pattern="^0[0-7]{3}$"),
        "source": Field(),
        "sourceHash": Field(),
    },
)
NETWORK_DATAS = Field(
    shape="blocks",
    output_only=True,
    fields={
        "networkName": Field(),
        "gateway": Field(),
        "ipAddress": Field(),
        "ipPrefixLength": Field(kind="integer"),
        "globalIpv6Address": Field(),
        "globalIpv6PrefixLength": Field(kind="integer"),
        "ipv6Gateway": Field(),
        "macAddress": Field(),
    },
)
