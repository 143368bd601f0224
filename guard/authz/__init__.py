"""The Docker daemon's authorization plugin: the guard's rules where every request passes.

A request becomes effects (:mod:`guard.authz.requests`), the guard's rules judge them
(:mod:`guard.authz.judging`), and a small server answers the daemon (:mod:`guard.authz.server`).
Protocol: https://docs.docker.com/engine/extend/plugins_authorization/.
"""
