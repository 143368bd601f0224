"""Intents about containers that are made."""

from random import Random

from intent_words import ALLOW, DATA, LOCKED_DATA, VOLUMES, refused, switched, verbs
from spelling import Flag, Intent

from guard.effects import CreateContainer, Mounted


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
