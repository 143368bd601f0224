"""Compose projects: taken down, started, their containers removed."""

from worlds import COMPOSE_PROJECT, COMPOSE_SERVICE, World, container, environment, volume

from guard.effects import (
    CopyInto,
    Execute,
    KillContainer,
    OnServices,
    RemoveProjectContainers,
    StartProject,
    StopContainer,
    StopProject,
)
from judged import both


def composed(name, project, service, *mounts, **labels):
    keys = {COMPOSE_PROJECT: project, COMPOSE_SERVICE: service}
    return container(name, *mounts, **{k.replace(".", "__"): v for k, v in keys.items()}, **labels)


HERE = World(
    *environment("prod"),
    volume("precious", com__ledgerflow__protect="true"),
    composed("shop-web-1", "shop", "web"),
    composed("shop-db-1", "shop", "db", "precious:/data"),
    composed("tools-web-1", "tools", "web"),
    composed("project-web-1", "project", "web"),
    composed("ledger_prod_web", "site", "web"),
    composed("ledger_prod_database", "site", "db", "ledger_prod_db_data:/data"),
    composed("ledger_dev_web", "play", "web"),
)
STOPPED = {
    "refuse LF041": [
        StopProject(volumes=True),
        StopProject("tools", volumes=True),
        StopProject("ledgerflow", ("docker-compose.prod.yml",), volumes=True),
        StopProject("ledgerflow", ("docker-compose.prod.yml",), volumes=True, images="all"),
    ],
    "refuse LF047": [
        StopProject("site", images="all"),
        StopProject("play", images="local"),
        StopProject("ledgerflow", images="all"),
        StopProject("", ("/srv/ledger.yml",), images="local"),
    ],
    "allow": [
        StopProject(),
        StopProject("site"),
        StopProject("ledgerflow", ("prod.yml",)),
        StopProject("tools", images="all"),
        StopProject("", ("/srv/ledgerflow/compose.yml",), images="all"),
        StopProject("site", images="all", services=("none",)),
    ],
}
STARTED = {
    "refuse LF052": [
        StartProject("site"),
        StartProject("ledgerflow-prod"),
        StartProject("LEDGERFLOW_STAGING"),
        StartProject("ledgerflow", ("docker-compose.prod.yml",)),
        StartProject("", ("deploy/prod/ledgerflow.yml",)),
        StartProject("ledger_dr", renew_volumes=True),
    ],
    "refuse LF041": [
        StartProject("play", renew_volumes=True),
        StartProject("ledgerflow", renew_volumes=True),
    ],
    "allow": [
        StartProject(),
        StartProject("tools"),
        StartProject("tools", renew_volumes=True),
        StartProject("play"),
        StartProject("ledgerflow"),
        StartProject("ledgerflow-product"),
        StartProject("shop", ("docker-compose.prod.yml",)),
    ],
}
REMOVED = {
    "refuse LF041": [
        RemoveProjectContainers("site", volumes=True),
        RemoveProjectContainers("play", volumes=True, force=True),
        RemoveProjectContainers("shop", volumes=True),
        RemoveProjectContainers("ledgerflow", volumes=True),
    ],
    "allow": [
        RemoveProjectContainers("site"),
        RemoveProjectContainers("ledgerflow", force=True),
        RemoveProjectContainers("tools", volumes=True),
        RemoveProjectContainers("", volumes=True),
        RemoveProjectContainers("shop", volumes=True, services=("web",)),
    ],
}


def services(project, effect, *names):
    return OnServices(project, (), names, effect)


ON_SERVICES = {
    "needs proof LF044": [services("site", KillContainer(""))],
    "needs proof LF045": [services("site", Execute("", ("sh",)), "db")],
    "refuse LF045": [services("shop", Execute("", ("rm", "-rf", "/data")))],
    "refuse LF046": [services("shop", CopyInto("", "/data"), "db")],
    "allow": [
        services("site", StopContainer("")),
        services("site", KillContainer(""), "web"),
        services("shop", KillContainer("")),
        services("shop", Execute("", ("rm", "-rf", "/data")), "web"),
        services("none", Execute("", ("rm", "-rf", "/data"))),
    ],
}
CASES = [
    *both("project stopped", HERE, STOPPED),
    *both("project started", HERE, STARTED),
    *both("project's containers removed", HERE, REMOVED),
    *both("services", HERE, ON_SERVICES),
]
