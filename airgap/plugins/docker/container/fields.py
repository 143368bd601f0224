"""Every input and output of `docker.Container`: type, default, and what a change does.

Names and types are those of `pulumi_docker.ContainerArgs` (a test compares them). Where the
official plugin says that a change is applied in place but applies nothing (`healthcheck`, `init`,
`tmpfs`, `rm`, the block-device limits), the field replaces here.
"""

from airgap.plugins.docker.container.blocks import (
    CAPABILITIES,
    DEVICES,
    HEALTHCHECK,
    HOSTS,
    MOUNTS,
    NETWORK_DATAS,
    NETWORKS_ADVANCED,
    PORTS,
    THROTTLE,
    ULIMITS,
    UPLOADS,
    VOLUMES,
)
from airgap.plugins.docker.labels import LABELS
from airgap.plugins.schema import Field, Fields

_GPU = "leave it out, or install the official plugin"
_JOB = "run one-off jobs with `docker run`, or install the official plugin"


def _text(**options: object) -> Field:
    return Field(replace=True, **options)  # type: ignore[arg-type]


def _texts(shape: str, *, computed: bool = False) -> Field:
    return Field(shape=shape, replace=True, computed=computed)  # type: ignore[arg-type]


def _flag(*, replace: bool = True, default: bool | None = None) -> Field:
    return Field(kind="boolean", replace=replace, default=default)


FIELDS: Fields = {
    # identity
    "name": Field(replace=True, autonamed=True),
    "image": Field(replace=True, required=True),
    "hostname": _text(computed=True),
    "domainname": _text(),
    "labels": LABELS,
    "platform": _text(computed=True),
    # process
    "command": _texts("list", computed=True),
    "entrypoints": _texts("list", computed=True),
    "envs": _texts("set", computed=True),
    "user": _text(blank_is_unset=True),
    "groupAdds": _texts("set"),
    "workingDir": _text(blank_is_unset=True),
    "tty": _flag(),
    "stdinOpen": _flag(),
    "init": Field(kind="boolean", replace=True, computed=True),
    "stopSignal": _text(computed=True),
    "stopTimeout": Field(kind="integer", replace=True, computed=True),
    "healthcheck": HEALTHCHECK,
    # files
    "volumes": VOLUMES,
    "mounts": MOUNTS,
    "tmpfs": Field(shape="map", replace=True),
    "uploads": UPLOADS,
    "readOnly": _flag(),
    "storageOpts": Field(shape="map", replace=True),
    "devices": DEVICES,
    "deviceCgroupRules": _texts("set"),
    # network
    "networkMode": _text(default="bridge"),
    "networksAdvanced": NETWORKS_ADVANCED,
    "ports": PORTS,
    "publishAllPorts": _flag(),
    "hosts": HOSTS,
    "dns": _texts("set"),
    "dnsOpts": _texts("set"),
    "dnsSearches": _texts("set"),
    # isolation
    "capabilities": CAPABILITIES,
    "privileged": _flag(),
    "securityOpts": _texts("set", computed=True),
    "sysctls": Field(shape="map", replace=True),
    "ulimits": ULIMITS,
    "runtime": _text(computed=True),
    "ipcMode": _text(computed=True),
    "pidMode": _text(),
    "usernsMode": _text(),
    "cgroupnsMode": _text(computed=True, pattern=r"^(private|host)$"),
    "cgroupParent": _text(computed=True),
    # limits
    "memory": Field(kind="integer", minimum=0),
    "memorySwap": Field(kind="integer", minimum=-1),
    "memoryReservation": Field(kind="integer", minimum=0),
    "shmSize": Field(kind="integer", replace=True, computed=True, minimum=0),
    "cpuShares": Field(kind="integer", minimum=0),
    "cpuSet": Field(pattern=r"^\d+([,-]\d+)*$"),
    "cpus": _text(pattern=r"^\d+(\.\d+)?$"),
    "cpuPeriod": Field(kind="integer", minimum=0),
    "cpuQuota": Field(kind="integer", minimum=0),
    "deviceReadBps": THROTTLE,
    "deviceReadIops": THROTTLE,
    "deviceWriteBps": THROTTLE,
    "deviceWriteIops": THROTTLE,
    # logs
    "logDriver": _text(computed=True),
    "logOpts": Field(shape="map", replace=True),
    # life
    "restart": Field(default="no", pattern="^(no|on-failure|always|unless-stopped)$"),
    "maxRetryCount": Field(kind="integer"),
    "mustRun": _flag(replace=False, default=True),
    "start": _flag(replace=False, default=True),
    "wait": _flag(replace=False),
    "waitTimeout": Field(kind="integer", default=60),
    "containerReadRefreshTimeoutMilliseconds": Field(kind="integer", default=15000),
    "destroyGraceSeconds": Field(kind="integer"),
    "removeVolumes": _flag(replace=False, default=True),
    "rm": _flag(),
    # not offered
    "attach": Field(kind="boolean", refused=_JOB),
    "logs": Field(kind="boolean", refused=_JOB),
    "gpus": Field(refused=_GPU),
    "deviceRequests": Field(shape="blocks", fields={}, refused=_GPU),
    # outputs
    "bridge": Field(output_only=True),
    "containerLogs": Field(output_only=True),
    "exitCode": Field(kind="integer", output_only=True),
    "networkDatas": NETWORK_DATAS,
}
# What Docker does not keep: known from the inputs alone.
STATE_ONLY = (
    "attach",
    "containerReadRefreshTimeoutMilliseconds",
    "destroyGraceSeconds",
    "logs",
    "removeVolumes",
    "start",
    "wait",
    "waitTimeout",
)
