"""``docker volume …`` and ``docker network …``: every verb with its flags.

Source: ``docker … --help`` of the clients 20.10.24 and 28.2.2, and hidden flags in their source.
"""

from typing import Final

VERBS: Final = {
    "volume create": (
        "availability= d/driver= group= label= limit-bytes= name= o/opt= required-bytes= scope= "
        "secret= sharing= topology-preferred= topology-required= type="
    ),
    "volume inspect": "f/format=",
    "volume ls": "cluster f/filter= format= q/quiet",
    "volume prune": "a/all filter= f/force",
    "volume rm": "f/force",
    "volume update": "availability=",
    "network connect": "alias= driver-opt= gw-priority= ip= ip6= link= link-local-ip=",
    "network create": (
        "attachable aux-address= config-from= config-only d/driver= gateway= ingress internal "
        "ip-range= ipam-driver= ipam-opt= ipv4 ipv6 label= o/opt= scope= subnet="
    ),
    "network disconnect": "f/force",
    "network inspect": "f/format= v/verbose",
    "network ls": "f/filter= format= no-trunc q/quiet",
    "network prune": "filter= f/force",
    "network rm": "f/force",
}
