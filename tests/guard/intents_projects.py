"""Intents about projects of compose."""

from random import Random

from intent_words import ALLOW, DESTROYING, LOOKING, refused, switched
from spelling import Flag, Intent

from guard.effects import (
    Execute,
    KillContainer,
    OnServices,
    RemoveProjectContainers,
    StartContainer,
    StartProject,
    StopContainer,
    StopProject,
)

DOCOPT_VOLUMES = ("vol", "volum", "v")


def project(random: Random) -> dict[str, object]:
    """Return which project is meant, and that compose is."""
    return {
        "compose": True,
        "project": random.choice(("", "shop", "ledger-tools")),
        "files": random.choice(((), ("a.yml",), ("a.yml", "b/c.yml"))),
    }


def is_ours(where: dict[str, object]) -> bool:
    """Tell whether the project is the one that mounts production's database."""
    return where["project"] == "ledger-tools"


def down(random: Random) -> Intent:
    where = project(random)
    volumes, flags = switched(
        random, "volumes", "v", others=("volume",), abbreviations=DOCOPT_VOLUMES
    )
    images = random.choice(("", "", "local"))
    flags += (Flag("rmi", value=images),) if images else ()
    services = random.choice(((), ("web",), ("web", "cache")))
    answer = refused("LF047") if images and is_ours(where) else ALLOW
    answer = refused("LF041") if volumes else answer
    effect = StopProject(where["project"], where["files"], volumes, images, services)
    noise = (Flag("remove-orphans"), Flag("timeout", "t", "20"))
    return Intent(("down",), (effect,), *answer, services, flags, noise, **where)


def up(random: Random) -> Intent:
    where = project(random)
    renew, flags = switched(random, "renew-anon-volumes", "V")
    orphans, more = switched(random, "remove-orphans")
    answer = refused("LF041") if renew and is_ours(where) else ALLOW
    effect = StartProject(where["project"], where["files"], renew, orphans)
    noise = (Flag("detach", "d"), Flag("build"), Flag("force-recreate"), Flag("timeout", "t", "9"))
    return Intent(("up",), (effect,), *answer, (), flags + more, noise, **where)


def remove_of_project(random: Random) -> Intent:
    where = project(random)
    volumes, flags = switched(random, "volumes", "v", abbreviations=("vol",))
    force, more = switched(random, "force", "f")
    answer = refused("LF041") if volumes and is_ours(where) else ALLOW
    services = random.choice(((), ("db",)))
    effect = RemoveProjectContainers(where["project"], where["files"], volumes, force, services)
    noise = (Flag("all", "a"),)
    return Intent(("rm",), (effect,), *answer, services, flags + more, noise, **where)


def end_of_project(random: Random) -> Intent:
    where = project(random)
    verb = random.choice(("stop", "restart", "kill"))
    flags = ()
    kills = verb == "kill"
    if verb != "kill" and random.random() < 0.5:
        kills = True
        flags = (Flag("timeout", "t", "0"),)
    effect = KillContainer("") if kills else StopContainer("")
    services = random.choice(((), ("db",)))
    then = (StartContainer(""),) if verb == "restart" else ()
    on = tuple(OnServices(where["project"], where["files"], services, e) for e in (effect, *then))
    return Intent((verb,), on, "any", "any", services, flags, **where)


def execute_in_project(random: Random) -> Intent:
    where = project(random)
    command = random.choice((*DESTROYING, *LOOKING))
    privileged, flags = switched(random, "privileged")
    answer = refused("LF045") if is_ours(where) and command in DESTROYING else ALLOW
    if privileged and where["project"]:
        answer = refused("LF020")
    effect = Execute("", command, privileged)
    on = OnServices(where["project"], where["files"], ("db",), effect)
    noise = (Flag("no-tty", "T", others=("no-TTY",)), Flag("env", "e", "A=-v", repeats=True),
             Flag("index", value="1"))  # fmt: skip
    words = ("db", *command)
    return Intent(("exec",), (on,), *answer, words, flags, noise, options_first=True, **where)
