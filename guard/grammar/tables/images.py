"""``docker image …``, ``docker builder …`` and their short forms: every verb with its flags.

Source: ``docker … --help`` of the clients 20.10.24 and 28.2.2, and hidden flags in their source.
"""

from typing import Final

VERBS: Final = {
    "image build": (
        "add-host= allow= annotation= attest= build-arg= build-context= builder= cache-from= "
        "cache-to= call= cgroup-parent= check compress cpu-period= cpu-quota= c/cpu-shares= "
        "cpuset-cpus= cpuset-mems= D/debug disable-content-trust f/file= force-rm iidfile= "
        "isolation= label= load m/memory= memory-swap= metadata-file= network= no-cache "
        "no-cache-filter= o/output= platform= policy= print= progress= provenance= pull push "
        "q/quiet rm sbom= secret= security-opt= shm-size= squash ssh= stream t/tag= target= "
        "ulimit="
    ),
    "image history": "format= H/human no-trunc platform= q/quiet",
    "image import": "c/change= m/message= platform=",
    "image inspect": "f/format= platform=",
    "image load": "i/input= platform= q/quiet",
    "image ls": "a/all digests f/filter= format= no-trunc q/quiet tree",
    "image prune": "a/all filter= f/force",
    "image pull": "a/all-tags disable-content-trust platform= q/quiet",
    "image push": "a/all-tags disable-content-trust platform= q/quiet",
    "image rm": "f/force no-prune platform=",
    "image save": "o/output= platform=",
    "image tag": "",
    "builder prune": (
        "a/all builder= filter= f/force keep-storage= max-used-space= min-free-space= "
        "reserved-space= verbose"
    ),
}
