"""``docker container …`` and its short forms: every verb with its flags.

Source: ``docker … --help`` of the clients 20.10.24 and 28.2.2, and hidden flags in their source.
"""

from typing import Final

NEW_CONTAINER: Final = (
    "add-host= annotation= a/attach= blkio-weight= blkio-weight-device= cap-add= "
    "cap-drop= cgroup-parent= cgroupns= cidfile= cpu-count= cpu-percent= cpu-period= "
    "cpu-quota= cpu-rt-period= cpu-rt-runtime= c/cpu-shares= cpus= cpuset-cpus= "
    "cpuset-mems= device= device-cgroup-rule= device-read-bps= device-read-iops= "
    "device-write-bps= device-write-iops= disable-content-trust dns= dns-option|dns-opt= "
    "dns-search= domainname= entrypoint= e/env= env-file= expose= gpus= group-add= "
    "health-cmd= health-interval= health-retries= health-start-interval= "
    "health-start-period= health-timeout= h/hostname= init i/interactive io-maxbandwidth= "
    "io-maxiops= ip= ip6= ipc= isolation= kernel-memory= l/label= label-file= link= "
    "link-local-ip= log-driver= log-opt= mac-address= m/memory= memory-reservation= "
    "memory-swap= memory-swappiness= mount= name= network|net= network-alias|net-alias= "
    "no-healthcheck "
    "oom-kill-disable oom-score-adj= pid= pids-limit= platform= privileged p/publish= "
    "P/publish-all pull= q/quiet read-only restart= rm runtime= security-opt= shm-size= "
    "stop-signal= stop-timeout= storage-opt= sysctl= tmpfs= t/tty ulimit= use-api-socket "
    "u/user= userns= uts= v/volume= volume-driver= volumes-from= w/workdir="
)
VERBS: Final = {
    "container attach": "detach-keys= no-stdin sig-proxy",
    "container commit": "a/author= c/change= m/message= p/pause",
    "container cp": "a/archive L/follow-link q/quiet",
    "container create": NEW_CONTAINER,
    "container diff": "",
    "container exec": (
        "d/detach detach-keys= e/env= env-file= i/interactive privileged t/tty u/user= w/workdir="
    ),
    "container export": "o/output=",
    "container inspect": "f/format= s/size",
    "container kill": "s/signal=",
    "container logs": "details f/follow since= n/tail= t/timestamps until=",
    "container ls": "a/all f/filter= format= n/last= l/latest no-trunc q/quiet s/size",
    "container pause": "",
    "container port": "",
    "container prune": "filter= f/force",
    "container rename": "",
    "container restart": "s/signal= t/timeout|time=",
    "container rm": "f/force l/link v/volumes",
    "container run": f"{NEW_CONTAINER} d/detach detach-keys= sig-proxy",
    "container start": "a/attach checkpoint= checkpoint-dir= detach-keys= i/interactive",
    "container stats": "a/all format= no-stream no-trunc",
    "container stop": "s/signal= t/timeout|time=",
    "container top": "",
    "container unpause": "",
    "container update": (
        "blkio-weight= cpu-period= cpu-quota= cpu-rt-period= cpu-rt-runtime= c/cpu-shares= "
        "cpus= cpuset-cpus= cpuset-mems= kernel-memory= m/memory= memory-reservation= "
        "memory-swap= pids-limit= restart="
    ),
    "container wait": "",
}
