"""Intents about containers that exist."""

from random import Random

from intent_words import (
    ALLOW,
    CONTAINERS,
    DESTROYING,
    LOCKED,
    LOOKING,
    OTHER,
    OURS,
    SERVERS,
    maybe,
    refused,
    some,
    switched,
    verbs,
)
from spelling import Flag, Intent

from guard.effects import (
    ChangeContainer,
    CopyInto,
    Execute,
    KillContainer,
    Look,
    RemoveContainer,
    StartContainer,
    StopContainer,
)


def remove_container(random: Random) -> Intent:
    volumes, flags = switched(random, "volumes", "v")
    force, more = switched(random, "force", "f")
    names = some(random, CONTAINERS, OURS)
    touched = set(names)
    answer = ALLOW
    if volumes and touched & set(OURS):
        answer = refused("LF041")
    elif force and touched & set(SERVERS):
        answer = ("needs proof", "LF044")
    effects = tuple(RemoveContainer(name, volumes, force) for name in names)
    names_of_verb = verbs("container", "rm", "remove", short=("rm", "remove"))
    return Intent(names_of_verb, effects, *answer, tuple(names), flags + more)


def end_container(random: Random) -> Intent:
    verb = random.choice(("stop", "restart", "kill"))
    names = some(random, CONTAINERS, OURS)
    flags: tuple[Flag, ...] = ()
    kills = verb == "kill"
    if random.random() < 0.5:
        gentle = random.random() < 0.5
        signals = ("TERM", "SIGHUP", "int", "15") if gentle else ("KILL", "sigkill", "9", "QUIT")
        flags += (Flag("signal", "s", random.choice(signals)),)
        kills = not gentle
    if verb != "kill" and random.random() < 0.5:
        grace = random.choice(("0", "0", "10", "-1"))
        others = ("time",)
        flags += (Flag("timeout", "t", grace, others=others),)
        kills = kills or grace == "0"
    harmed = kills and set(names) & set(SERVERS)
    answer = ("needs proof", "LF044") if harmed else ALLOW
    kind = KillContainer if kills else StopContainer
    then = (StartContainer,) if verb == "restart" else ()
    effects = tuple(effect(name) for name in names for effect in (kind, *then))
    return Intent(verbs("container", verb, short=(verb,)), effects, *answer, tuple(names), flags)


def start_container(random: Random) -> Intent:
    verb = random.choice(("start", "unpause"))
    names = some(random, CONTAINERS, OURS)
    noise = (Flag("attach", "a"), Flag("interactive", "i")) if verb == "start" else ()
    effects = tuple(StartContainer(name) for name in names)
    spelled = verbs("container", verb, short=(verb,))
    return Intent(spelled, effects, *ALLOW, tuple(names), noise=noise)


def change_container(random: Random) -> Intent:
    name = random.choice((*CONTAINERS[:5], *LOCKED))
    answer = refused("LF050") if name in LOCKED else ALLOW
    if random.random() < 0.5:
        effect = ChangeContainer(name, "rename", "parked")
        spelled = verbs("container", "rename", short=("rename",))
        return Intent(spelled, (effect,), *answer, (name, "parked"))
    flags = maybe(random, Flag("memory", "m", "1g"), Flag("restart", value="no"))
    effect = ChangeContainer(name, "update")
    spelled = verbs("container", "update", short=("update",))
    return Intent(spelled, (effect,), *answer, (name,), flags)


def execute(random: Random) -> Intent:
    container = random.choice(("ledger_prod_postgres", "ledger_dev_postgres", "web"))
    command = random.choice((*DESTROYING, *LOOKING, *OTHER))
    user = random.choice(("", "root", "postgres"))
    privileged, flags = switched(random, "privileged")
    answer = ALLOW
    if container != "web" and command in DESTROYING:
        answer = refused("LF045")
    elif container == "ledger_prod_postgres" and command in OTHER:
        answer = ("needs proof", "LF045")
    if privileged:
        answer = refused("LF020")
    flags += (Flag("user", "u", user),) if user else ()
    folder = random.choice(("", "/", "/tmp"))
    flags += (Flag("workdir", "w", folder),) if folder else ()
    noise = (Flag("interactive", "i"), Flag("tty", "t"), Flag("env", "e", "A=-v", repeats=True),
             Flag("detach", "d"))  # fmt: skip
    effect = Execute(container, command, privileged, user, folder)
    spelled = verbs("container", "exec", short=("exec",))
    words = (container, *command)
    return Intent(spelled, (effect,), *answer, words, flags, noise, options_first=True)


def copy(random: Random) -> Intent:
    container, path = random.choice((
        ("web", "/srv"), ("ledger_prod_postgres", "/var/lib/postgresql/data"),
        ("ledger_dev_postgres", "/var/lib"), ("ledger_prod_postgres", "/tmp/x"),
    ))  # fmt: skip
    noise = (Flag("archive", "a"), Flag("follow-link", "L"), Flag("quiet", "q"))
    spelled = verbs("container", "cp", short=("cp",))
    if random.random() < 0.3:
        words = (f"{container}:{path}", random.choice((".", "-", "/tmp/a:b", "./c:d")))
        return Intent(spelled, (Look("container cp"),), *ALLOW, words, noise=noise)
    over = container.startswith("ledger") and path != "/tmp/x"
    answer = refused("LF046") if over else ALLOW
    typed = random.choice((path, path.removeprefix("/")))
    words = (random.choice(("x", "-", "./a:b")), f"{container}:{typed}")
    return Intent(spelled, (CopyInto(container, path),), *answer, words, noise=noise)
