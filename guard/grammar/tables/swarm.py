"""Swarm: ``docker swarm``, ``stack``, ``service``, ``node``, ``secret`` and ``config``, with flags.

Source: ``docker … --help`` of the clients 20.10.24 and 28.2.2, and hidden flags in their source.
"""

from typing import Final

VERBS: Final = {
    "swarm ca": "ca-cert= ca-key= cert-expiry= d/detach external-ca= q/quiet rotate",
    "swarm init": (
        "advertise-addr= autolock availability= cert-expiry= data-path-addr= data-path-port= "
        "default-addr-pool= default-addr-pool-mask-length= dispatcher-heartbeat= external-ca= "
        "force-new-cluster listen-addr= max-snapshots= snapshot-interval= task-history-limit="
    ),
    "swarm join": "advertise-addr= availability= data-path-addr= listen-addr= token=",
    "swarm join-token": "q/quiet rotate",
    "swarm leave": "f/force",
    "swarm unlock": "",
    "swarm unlock-key": "q/quiet rotate",
    "swarm update": (
        "autolock cert-expiry= dispatcher-heartbeat= external-ca= max-snapshots= "
        "snapshot-interval= task-history-limit="
    ),
    "stack config": "c/compose-file= skip-interpolation",
    "stack deploy": (
        "c/compose-file= d/detach orchestrator= prune q/quiet resolve-image= with-registry-auth"
    ),
    "stack ls": "all-namespaces format= namespace= orchestrator=",
    "stack ps": "f/filter= format= no-resolve no-trunc orchestrator= q/quiet",
    "stack rm": "d/detach orchestrator=",
    "stack services": "f/filter= format= orchestrator= q/quiet",
    "service create": (
        "cap-add= cap-drop= config= constraint= container-label= credential-spec= d/detach "
        "dns= dns-option= dns-search= endpoint-mode= entrypoint= e/env= env-file= "
        "generic-resource= group= health-cmd= health-interval= health-retries= "
        "health-start-interval= health-start-period= health-timeout= host= hostname= init "
        "isolation= l/label= limit-cpu= limit-memory= limit-pids= log-driver= log-opt= "
        "max-concurrent= mode= mount= name= network= no-healthcheck no-resolve-image "
        "oom-score-adj= placement-pref= p/publish= q/quiet read-only replicas= "
        "replicas-max-per-node= reserve-cpu= reserve-memory= restart-condition= "
        "restart-delay= restart-max-attempts= restart-window= rollback-delay= "
        "rollback-failure-action= rollback-max-failure-ratio= rollback-monitor= "
        "rollback-order= rollback-parallelism= secret= stop-grace-period= stop-signal= "
        "sysctl= t/tty ulimit= update-delay= update-failure-action= update-max-failure-ratio= "
        "update-monitor= update-order= update-parallelism= u/user= with-registry-auth "
        "w/workdir="
    ),
    "service inspect": "f/format= pretty",
    "service logs": (
        "details f/follow no-resolve no-task-ids no-trunc raw since= n/tail= t/timestamps"
    ),
    "service ls": "f/filter= format= q/quiet",
    "service ps": "f/filter= format= no-resolve no-trunc q/quiet",
    "service rm": "",
    "service rollback": "d/detach q/quiet",
    "service scale": "d/detach",
    "service update": (
        "args= cap-add= cap-drop= config-add= config-rm= constraint-add= constraint-rm= "
        "container-label-add= container-label-rm= credential-spec= d/detach dns-add= "
        "dns-option-add= dns-option-rm= dns-rm= dns-search-add= dns-search-rm= endpoint-mode= "
        "entrypoint= env-add= env-rm= force generic-resource-add= generic-resource-rm= "
        "group-add= group-rm= health-cmd= health-interval= health-retries= "
        "health-start-interval= health-start-period= health-timeout= host-add= host-rm= "
        "hostname= image= init isolation= label-add= label-rm= limit-cpu= limit-memory= "
        "limit-pids= log-driver= log-opt= max-concurrent= mount-add= mount-rm= network-add= "
        "network-rm= no-healthcheck no-resolve-image oom-score-adj= placement-pref-add= "
        "placement-pref-rm= publish-add= publish-rm= q/quiet read-only replicas= "
        "replicas-max-per-node= reserve-cpu= reserve-memory= restart-condition= "
        "restart-delay= restart-max-attempts= restart-window= rollback rollback-delay= "
        "rollback-failure-action= rollback-max-failure-ratio= rollback-monitor= "
        "rollback-order= rollback-parallelism= secret-add= secret-rm= stop-grace-period= "
        "stop-signal= sysctl-add= sysctl-rm= t/tty ulimit-add= ulimit-rm= update-delay= "
        "update-failure-action= update-max-failure-ratio= update-monitor= update-order= "
        "update-parallelism= u/user= with-registry-auth w/workdir="
    ),
    "node demote": "",
    "node inspect": "f/format= pretty",
    "node ls": "f/filter= format= q/quiet",
    "node promote": "",
    "node ps": "f/filter= format= no-resolve no-trunc q/quiet",
    "node rm": "f/force",
    "node update": "availability= label-add= label-rm= role=",
    "secret create": "d/driver= l/label= template-driver=",
    "secret inspect": "f/format= pretty",
    "secret ls": "f/filter= format= q/quiet",
    "secret rm": "",
    "config create": "l/label= template-driver=",
    "config inspect": "f/format= pretty",
    "config ls": "f/filter= format= q/quiet",
    "config rm": "",
}
