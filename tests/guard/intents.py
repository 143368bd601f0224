"""What may be meant by a command line, drawn at random: effects and verdict are known beforehand.

The daemon is that of `corpus/true_positives.toml`. Nothing here looks into the grammar's tables or
the rules: names of flags are written down again, and whose an object is decides the verdict.
"""

from collections.abc import Callable
from random import Random

from spelling import Flag, Intent

from guard.effects import (
    ChangeContainer,
    ChangeNetwork,
    ChangePlugin,
    ChangeSwarm,
    CopyInto,
    CreateContainer,
    CreateVolume,
    Execute,
    KillContainer,
    Look,
    Mounted,
    OnServices,
    PruneContainers,
    PruneImages,
    PruneNetworks,
    PruneVolumes,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveProjectContainers,
    RemoveVolume,
    StartContainer,
    StartProject,
    StopContainer,
    StopProject,
)

DATA = ("ledger_prod_db_data", "ledger_prod_media_data", "ledger_staging_db_data",
        "ledger_dev_db_data", "ledger_dev_media_data")  # fmt: skip
LOCKED_DATA = DATA[:3]
VOLUMES = ("shop_pgdata", "cache", "node_modules", "scratch", "not_there")
SERVERS = ("ledger_prod_postgres", "ledger_staging_postgres", "ledger_prod_redis")
"""Running ones of locked environments, which hold what is not yet written."""
LOCKED = (*SERVERS, "ledger_prod_caddy")
OURS = (*LOCKED, "ledger_dev_postgres", "ledger_dev_redis")
CONTAINERS = ("web", "builder", "registry", "old_job", "shop-web-1", "not_there")
LOCKED_NETWORKS = ("ledger_prod_internal", "ledger_staging_edge")
NETWORKS = ("playground", "shop_default", "not_there")
OUR_IMAGES = ("ledgerflow-django:prod-2", "ledgerflow-django:dev-0", "postgres:17.4")
IMAGES = ("alpine:3", "node:20", "not:there")

ALLOW = ("allow", None)


def refused(rule: str) -> tuple[str, str]:
    """Return the verdict of a refusal by a rule."""
    return "refuse", rule


def some(random: Random, harmless: tuple[str, ...], harmful: tuple[str, ...]) -> list[str]:
    """Return names of objects, at times a harmful one among them."""
    names = random.sample(harmless, random.randint(0 if random.random() < 0.5 else 1, 3))
    if not names or random.random() < 0.4:
        names.insert(random.randint(0, len(names)), random.choice(harmful))
    return names


def verbs(group: str, *names: str, short: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return a verb's names in its group, and those without it."""
    return (*(f"{group} {name}" for name in names), *short)


def maybe(random: Random, *flags: Flag) -> tuple[Flag, ...]:
    """Return each of the flags or not."""
    return tuple(flag for flag in flags if random.random() < 0.5)


def switched(random: Random, flag: str, letter: str = "", **more: object) -> tuple[bool, tuple]:
    """Return whether a boolean flag is on, and the flag in the line, if it is there at all."""
    on = random.random() < 0.5
    there = on or random.random() < 0.3
    return on, ((Flag(flag, letter, on=on, **more),) if there else ())


def remove_volume(random: Random) -> Intent:
    force, flags = switched(random, "force", "f")
    names = some(random, VOLUMES, DATA)
    answer = refused("LF040") if set(names) & set(DATA) else ALLOW
    effects = tuple(RemoveVolume(name, force) for name in names)
    return Intent(verbs("volume", "rm", "remove"), effects, *answer, tuple(names), flags)


def create_volume(random: Random) -> Intent:
    name = random.choice((*VOLUMES[:3], *DATA))
    label = random.choice(("com.ledgerflow.protect=true", "a=b"))
    protected = label.startswith("com")
    answer = refused("LF051") if name in DATA and not protected else ALLOW
    device = random.choice((None, "/srv/x"))
    flags = (Flag("label", value=label, repeats=True),)
    if device:
        flags += (
            Flag("opt", "o", "type=none", repeats=True),
            Flag("opt", "o", f"device={device}", repeats=True),
        )
    key, _, value = label.partition("=")
    effect = CreateVolume(name, ((key, value),), "local", device)
    noise = (Flag("driver", "d", "local"),)
    return Intent(("volume create",), (effect,), *answer, (name,), flags, noise)


def filters(random: Random) -> tuple[tuple[tuple[str, str], ...], tuple[Flag, ...], bool]:
    """Return filters, their flags, and whether they leave out all that is LedgerFlow's."""
    pairs, flags, spares = [], [], False
    for text, sparing in (
        ("until=24h", False),
        ("label=scratch", True),
        ("label=com.ledgerflow.environment", False),
        ("label!=com.ledgerflow.environment", True),
    ):
        if random.random() < 0.2:
            key, _, value = text.partition("=")
            pairs.append((key, value))
            flags.append(Flag("filter", value=text, repeats=True))
            spares = spares or sparing
    return tuple(pairs), tuple(flags), spares


def prune_volumes(random: Random) -> Intent:
    every, flags = switched(random, "all", "a")
    chosen, more, _ = filters(random)
    # kept volumes, and what is protected by its label alone, have no label of an environment
    keys = [key for key, value in chosen if value == "com.ledgerflow.environment"]
    spared = ("label", "scratch") in chosen or keys == ["label", "label!"]
    answer = ALLOW if spared else refused("LF042")
    effect = PruneVolumes(every, chosen)
    return Intent(("volume prune",), (effect,), *answer, flags=flags + more, noise=FORCE)


FORCE = (Flag("force", "f"),)


def prune_containers(random: Random) -> Intent:
    chosen, flags, spares = filters(random)
    answer = ALLOW if spares else refused("LF042")
    effect = PruneContainers(chosen)
    return Intent(("container prune",), (effect,), *answer, flags=flags, noise=FORCE)


def prune_networks(random: Random) -> Intent:
    chosen, flags, _ = filters(random)
    return Intent(("network prune",), (PruneNetworks(chosen),), *ALLOW, flags=flags, noise=FORCE)


def prune_images(random: Random) -> Intent:
    every, flags = switched(random, "all", "a")
    wanted = random.random() < 0.5
    chosen = (("label", "scratch"),) if wanted else ()
    more = (Flag("filter", value="label=scratch", repeats=True),) if wanted else ()
    if random.random() < 0.2:
        every, flags = True, (Flag("filter", value="dangling=false", repeats=True),)
    answer = refused("LF047") if every and not wanted else ALLOW
    return Intent(
        ("image prune",),
        (PruneImages(every, chosen),),
        *answer,
        flags=(*flags, *more),
        noise=FORCE,
    )


def prune_system(random: Random) -> Intent:
    every, flags = switched(random, "all", "a")
    volumes, more = switched(random, "volumes")
    chosen = (("label", "scratch"),) if random.random() < 0.5 else ()
    wanted = tuple(Flag("filter", value="label=scratch", repeats=True) for _ in chosen)
    effects = (
        PruneContainers(chosen),
        PruneNetworks(chosen),
        *((PruneVolumes(False, chosen),) if volumes else ()),
        PruneImages(every, chosen),
    )
    answer = ALLOW if chosen else refused("LF042")
    flags += more + wanted
    return Intent(("system prune",), effects, *answer, flags=flags, noise=FORCE)


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


DESTROYING = (("rm", "-rf", "/var/lib/postgresql/data"), ("dropdb", "-f", "ledgerflow"),
              ("sh", "-c", "rm -rf /var/lib/postgresql/data/*"))  # fmt: skip
LOOKING = (("ls", "-v", "/"), ("pg_isready", "--quiet"), ("grep", "down -v", "/etc/hosts"))
OTHER = (("sh",), ("vacuumdb", "--all"))


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


def mount(random: Random) -> tuple[Mounted, Flag, tuple[str, str | None]]:
    """Return a mount, the flag that says it, and what it is answered with."""
    source = random.choice((*VOLUMES, *DATA, "/srv/app", "/var/run/docker.sock", "/var/lib/docker"))
    target, read_only = random.choice(("/x", "/data")), random.random() < 0.4
    answer = ALLOW
    if source in LOCKED_DATA or (source in DATA and not read_only):
        answer = refused("LF043")
    if source.startswith("/var"):
        answer = refused("LF021")
    mounted = Mounted(source, target, read_only)
    if random.random() < 0.5:
        mode = random.choice((":ro", ":ro,z")) if read_only else random.choice(("", ":rw", ":z"))
        return mounted, Flag("volume", "v", f"{source}:{target}{mode}", repeats=True), answer
    kind = "type=bind" if source.startswith("/") else "type=volume"
    keys = [kind, f"{random.choice(('source', 'src'))}={source}",
            f"{random.choice(('target', 'dst', 'destination'))}={target}"]  # fmt: skip
    if read_only:
        keys.append(random.choice(("readonly", "ro", "readonly=true", "ro=1")))
    elif random.random() < 0.2:
        keys.append(random.choice(("readonly=false", "ro=0")))
    random.shuffle(keys)
    return mounted, Flag("mount", value=",".join(keys), repeats=True), answer


HARM = (
    ("capabilities", ("SYS_ADMIN",), Flag("cap-add", value="sys_admin", repeats=True), "LF018"),
    ("capabilities", ("ALL",), Flag("cap-add", value="CAP_ALL", repeats=True), "LF018"),
    ("privileged", True, Flag("privileged"), "LF020"),
    ("devices", ("/dev/sda",), Flag("device", value="/dev/sda:/dev/x", repeats=True), "LF020"),
    ("security_options", ("seccomp=unconfined",),
     Flag("security-opt", value="seccomp=unconfined", repeats=True), "LF020"),
    ("namespaces", (("pid", "host"),), Flag("pid", value="host"), "LF022"),
    ("volumes_from", ("ledger_prod_postgres",),
     Flag("volumes-from", value="ledger_prod_postgres", repeats=True), "LF043"),
    ("networks", ("ledger_prod_internal",),
     Flag("network", value="ledger_prod_internal", others=("net",), repeats=True), "LF006"),
    ("labels", (("com.ledgerflow.environment", "prod"),),
     Flag("label", "l", "com.ledgerflow.environment=prod", repeats=True), "LF052"),
)  # fmt: skip
RUN_NOISE = (
    Flag("detach", "d"), Flag("interactive", "i"), Flag("tty", "t"),
    Flag("publish", "p", "80:80", repeats=True),
    Flag("env", "e", "A=ledger_prod_db_data", repeats=True),
    Flag("workdir", "w", "/x"), Flag("hostname", "h", "down"), Flag("memory", "m", "1g"),
    Flag("cap-drop", value="ALL", repeats=True), Flag("restart", value="always"),
    Flag("read-only"), Flag("init"), Flag("cpus", value="2"), Flag("privileged", on=False),
)  # fmt: skip


def run(random: Random) -> Intent:
    facts: dict[str, object] = {}
    flags: list[Flag] = []
    answers: list[tuple[str, str | None]] = []
    mounts = []
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        mounted, flag, answer = mount(random)
        mounts.append((mounted, flag))
        answers.append(answer)
    # the order of mounts is that of their flags, --volume first
    mounts.sort(key=lambda pair: pair[1].name, reverse=True)
    facts["mounts"] = tuple(mounted for mounted, _ in mounts)
    flags += [flag for _, flag in mounts]
    if random.random() < 0.3:
        name, value, flag, rule = random.choice(HARM)
        facts[name] = value
        flags.append(flag)
        answers.append(refused(rule))
    name = random.choice(("", "", "mine", "ledger_prod_extra"))
    if name:
        facts["name"] = name
        flags.append(Flag("name", value=name))
        answers.append(refused("LF052") if name.startswith("ledger") else ALLOW)
    facts["remove_after"], more = switched(random, "rm")
    command = random.choice(((), ("true",), ("docker", "volume", "rm", "x"), ("--privileged",)))
    if random.random() < 0.2:
        flags.append(Flag("entrypoint", value="sh"))
        facts["command"] = ("sh", *command)
    else:
        facts["command"] = command
    effect = CreateContainer(image="alpine", **facts)
    harm = [answer for answer in answers if answer != ALLOW]
    # of several refusals whichever rule is asked first is named
    verdict, rule = harm[0] if harm else ALLOW
    rule = rule if len({answer[1] for answer in harm}) < 2 else "any"
    verb = random.choice(("run", "create"))
    noise = RUN_NOISE if verb == "run" else RUN_NOISE[1:]
    return Intent(
        verbs("container", verb, short=(verb,)),
        (effect,),
        verdict,
        rule,
        ("alpine", *command),
        (*flags, *more),
        tuple(flag for flag in noise if flag.name not in {f.name for f in flags}),
        options_first=True,
    )


def remove_image(random: Random) -> Intent:
    force, flags = switched(random, "force", "f")
    names = some(random, IMAGES, OUR_IMAGES)
    answer = refused("LF047") if set(names) & set(OUR_IMAGES) else ALLOW
    effects = tuple(RemoveImage(name, force) for name in names)
    spelled = verbs("image", "rm", "remove", "rmi", short=("rmi",))
    return Intent(spelled, effects, *answer, tuple(names), flags, (Flag("no-prune"),))


def change_network(random: Random) -> Intent:
    network = random.choice((*LOCKED_NETWORKS, *NETWORKS[:2]))
    if random.random() < 0.4:
        names = (network, "playground")
        answer = refused("LF050") if network in LOCKED_NETWORKS else ALLOW
        effects = tuple(RemoveNetwork(name) for name in names)
        return Intent(verbs("network", "rm", "remove"), effects, *answer, names, noise=FORCE)
    container = random.choice(("web", "ledger_prod_postgres"))
    connect = random.random() < 0.5
    ours = network in LOCKED_NETWORKS or container.startswith("ledger")
    answer = refused("LF050") if ours else ALLOW
    noise = (Flag("alias", value="db", repeats=True), Flag("ip", value="10.1.1.1"))
    return Intent(
        (f"network {'connect' if connect else 'disconnect'}",),
        (ChangeNetwork(network, container, connect),),
        *answer,
        (network, container),
        noise=noise if connect else FORCE,
    )


def plugin_or_swarm(random: Random) -> Intent:
    draw = random.random()
    if draw < 0.3:
        return Intent(("swarm leave",), (ChangeSwarm("leave"),), *refused("LF048"), noise=FORCE)
    name = random.choice(("ledgerflow-guard", "vieux/sshfs"))
    answer = refused("LF048") if name.startswith("ledger") else ALLOW
    if draw < 0.6:
        effect = ChangePlugin(name, "disable")
        return Intent(("plugin disable",), (effect,), *answer, (name,), noise=FORCE)
    effect = ChangePlugin(name, "rm")
    return Intent(verbs("plugin", "rm", "remove"), (effect,), *answer, (name,), noise=FORCE)


def look(random: Random) -> Intent:
    spelled, what, noise, words = random.choice((
        (verbs("container", "ls", "list", "ps", short=("ps", "list")), "container ls",
         (Flag("all", "a"), Flag("quiet", "q"), Flag("last", "n", "3"), Flag("size", "s"),
          Flag("filter", "f", "name=rm", repeats=True)), ()),
        (verbs("container", "logs", short=("logs",)), "container logs",
         (Flag("follow", "f"), Flag("tail", "n", "5"), Flag("timestamps", "t")), ("web",)),
        (verbs("volume", "ls", "list"), "volume ls", (Flag("quiet", "q"),), ()),
        (verbs("image", "build", short=("build", "builder build")), "image build",
         (Flag("tag", "t", "rm", repeats=True),
          Flag("build-arg", value="A=volume rm", repeats=True),
          Flag("no-cache"), Flag("quiet", "q")), (".",)),
        (("volume inspect",), "volume inspect", (Flag("format", "f", "{{.Name}}"),), DATA[:1]),
    ))  # fmt: skip
    return Intent(spelled, (Look(what),), *ALLOW, words, noise=noise)


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


MAKERS: tuple[Callable[[Random], Intent], ...] = (
    remove_volume, create_volume, prune_volumes, prune_containers, prune_networks, prune_images,
    prune_system, remove_container, end_container, start_container, change_container, execute,
    copy, run, run, run, remove_image, change_network, plugin_or_swarm, look, down, down, up,
    remove_of_project, end_of_project, execute_in_project,
)  # fmt: skip


def draw(random: Random) -> Intent:
    """Return an intent."""
    return random.choice(MAKERS)(random)
