"""Intents about volumes, networks, images, plugins and swarms; and those that only look."""

from random import Random

from intent_words import (
    ALLOW,
    DATA,
    FORCE,
    IMAGES,
    LOCKED_NETWORKS,
    NETWORKS,
    OUR_IMAGES,
    VOLUMES,
    filters,
    refused,
    some,
    switched,
    verbs,
)
from spelling import Flag, Intent

from guard.effects import (
    ChangeNetwork,
    ChangePlugin,
    ChangeSwarm,
    CreateVolume,
    Look,
    PruneContainers,
    PruneImages,
    PruneNetworks,
    PruneVolumes,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
)


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


def prune_volumes(random: Random) -> Intent:
    every, flags = switched(random, "all", "a")
    chosen, more, _ = filters(random)
    # kept volumes, and what is protected by its label alone, have no label of an environment
    keys = [key for key, value in chosen if value == "com.ledgerflow.environment"]
    spared = ("label", "scratch") in chosen or keys == ["label", "label!"]
    answer = ALLOW if spared else refused("LF042")
    effect = PruneVolumes(every, chosen)
    return Intent(("volume prune",), (effect,), *answer, flags=flags + more, noise=FORCE)


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
