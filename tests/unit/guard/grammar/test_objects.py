"""What each verb of docker does to containers, volumes, networks, images, plugins and swarms."""

import shlex

import pytest

from guard.effects import (
    ChangeContainer,
    ChangeNetwork,
    ChangePlugin,
    ChangeSwarm,
    CopyInto,
    CreateVolume,
    Execute,
    KillContainer,
    Look,
    PruneContainers,
    PruneImages,
    PruneNetworks,
    PruneVolumes,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    StartContainer,
    StartProject,
    StopContainer,
    Unknown,
)
from guard.grammar import read

pytestmark = pytest.mark.unit

LINES = [
    ("stop a b", [StopContainer("a"), StopContainer("b")]),
    ("stop -t 0 a", [KillContainer("a")]),
    ("stop --time=0 a", [KillContainer("a")]),
    ("stop --timeout 0x0 a", [KillContainer("a")]),
    ("stop -t -1 a", [StopContainer("a")]),
    ("stop -t soon a", [StopContainer("a")]),
    ("stop -t 0 -t 30 a", [StopContainer("a")]),
    ("stop --signal KILL a", [KillContainer("a")]),
    ("stop -s SIGTERM a", [StopContainer("a")]),
    ("container restart -t0 a", [KillContainer("a"), StartContainer("a")]),
    ("restart a", [StopContainer("a"), StartContainer("a")]),
    ("pause a", [StopContainer("a")]),
    ("kill a", [KillContainer("a")]),
    ("kill -s 9 a", [KillContainer("a")]),
    ("kill -s sigquit a", [KillContainer("a")]),
    ("kill --signal=HUP a", [StopContainer("a")]),
    ("kill -s 15 a", [StopContainer("a")]),
    ("start -ai a", [StartContainer("a")]),
    ("unpause a b", [StartContainer("a"), StartContainer("b")]),
    ("rm a b", [RemoveContainer("a"), RemoveContainer("b")]),
    ("container remove -fv a", [RemoveContainer("a", volumes=True, force=True)]),
    ("remove --volumes a", [RemoveContainer("a", volumes=True)]),
    ("rm -v=false -f a", [RemoveContainer("a", force=True)]),
    ("rm --link /web/db", [ChangeContainer("/web/db", "update")]),
    ("container prune -f", [PruneContainers()]),
    (
        "container prune --filter until=24h --filter 'label!=keep=1'",
        [PruneContainers((("until", "24h"), ("label!", "keep=1")))],
    ),
    ("rename a b", [ChangeContainer("a", "rename", "b")]),
    ("rename a", [ChangeContainer("a", "rename")]),
    ("update --memory 1g -c 4 a b", [ChangeContainer(name, "update") for name in "ab"]),
    ("exec -itu postgres db psql -c x", [Execute("db", ("psql", "-c", "x"), user="postgres")]),
    ("exec --privileged db sh", [Execute("db", ("sh",), privileged=True)]),
    ("exec web rm -v x", [Execute("web", ("rm", "-v", "x"))]),
    ("exec -- web rm -v x", [Execute("web", ("rm", "-v", "x"))]),
    ("exec", [Look("container exec")]),
    ("cp x web:/srv/y", [CopyInto("web", "/srv/y")]),
    ("cp -a - web:srv/../y", [CopyInto("web", "/srv/../y")]),
    ("cp x web:", [CopyInto("web", "/")]),
    ("cp web:/x ./y:z", [Look("container cp")]),
    ("cp web:/x /tmp/y:z", [Look("container cp")]),
    ("cp web:/x y", [Look("container cp")]),
    ("cp web:/x -", [Look("container cp")]),
    ("cp web:/x", [Look("container cp")]),
    ("checkpoint create a one", [KillContainer("a")]),
    ("checkpoint create --leave-running a one", [Look("checkpoint create")]),
    ("volume rm a b", [RemoveVolume("a"), RemoveVolume("b")]),
    ("volume remove -f a", [RemoveVolume("a", force=True)]),
    ("volume rm", [Look("volume rm")]),
    ("volume prune", [PruneVolumes()]),
    ("volume prune -af", [PruneVolumes(every=True)]),
    ("volume prune --filter all=1", [PruneVolumes(every=True)]),
    ("volume prune --filter all=false", [PruneVolumes()]),
    ("volume prune --filter ' LABEL = x '", [PruneVolumes(filters=(("label", "x"),))]),
    ("volume create", [CreateVolume("")]),
    (
        "volume create -d local -o type=none --opt device=/srv -o o=bind --label a=b --label c x",
        [CreateVolume("x", (("a", "b"), ("c", "")), "local", "/srv")],
    ),
    ("volume create --name x", [CreateVolume("x")]),
    ("volume update --availability drain x", [ChangeSwarm("volume update", "x")]),
    ("network rm a b", [RemoveNetwork("a"), RemoveNetwork("b")]),
    ("network prune -f", [PruneNetworks()]),
    ("network connect --alias z net a", [ChangeNetwork("net", "a", connect=True)]),
    ("network disconnect -f net a", [ChangeNetwork("net", "a", connect=False)]),
    ("network disconnect", [Look("network disconnect")]),
    ("network create x", [Look("network create")]),
    ("rmi -f a b", [RemoveImage("a", force=True), RemoveImage("b", force=True)]),
    ("image remove --no-prune a", [RemoveImage("a")]),
    ("image rmi a", [RemoveImage("a")]),
    ("image prune", [PruneImages()]),
    ("image prune -a", [PruneImages(every=True)]),
    ("image prune --filter dangling=false", [PruneImages(every=True)]),
    (
        "image prune --filter dangling=true --filter label=x",
        [PruneImages(False, (("label", "x"),))],
    ),
    ("system prune -f", [PruneContainers(), PruneNetworks(), PruneImages()]),
    (
        "system prune -a --volumes",
        [PruneContainers(), PruneNetworks(), PruneVolumes(), PruneImages(every=True)],
    ),
    ("system dial-stdio", [Unknown("system dial-stdio")]),
    ("plugin disable -f x", [ChangePlugin("x", "disable")]),
    ("plugin rm x y", [ChangePlugin("x", "rm"), ChangePlugin("y", "rm")]),
    ("plugin set x a=b", [ChangePlugin("x", "set")]),
    ("plugin ls", [Look("plugin ls")]),
    ("swarm leave -f", [ChangeSwarm("leave")]),
    ("swarm init", [Look("swarm init")]),
    ("swarm join-token worker", [Look("swarm join-token")]),
    ("swarm join-token --rotate worker", [ChangeSwarm("join-token")]),
    ("stack rm x", [ChangeSwarm("stack rm", "x")]),
    ("stack down x", [ChangeSwarm("stack rm", "x")]),
    ("stack --orchestrator swarm rm x", [ChangeSwarm("stack rm", "x")]),
    (
        "stack deploy -c a.yml --compose-file=b.yml --prune x",
        [
            StartProject("x", ("a.yml", "b.yml"), remove_orphans=True),
            ChangeSwarm("stack deploy", "x"),
        ],
    ),
    ("deploy -c a.yml x", [StartProject("x", ("a.yml",)), ChangeSwarm("stack deploy", "x")]),
    ("service rm x y", [ChangeSwarm("service rm", "x"), ChangeSwarm("service rm", "y")]),
    ("service scale x=0", [ChangeSwarm("service scale", "x")]),
    ("node update --availability drain n", [ChangeSwarm("node update", "n")]),
    ("secret rm x", [ChangeSwarm("secret rm", "x")]),
    ("ps -aq", [Look("container ls")]),
    ("list", [Look("container ls")]),
    ("images", [Look("image ls")]),
    ("build -t x --build-arg C='volume rm y' .", [Look("image build")]),
    ("buildx build --push -t x .", [Look("buildx")]),
    ("help volume rm x", [Look("help")]),
    ("__complete volume rm x", [Look("__complete")]),
    ("volume", [Look("volume")]),
    ("volume --", [Look("volume")]),
    ("", [Look("")]),
    ("volume rm --help x", [Look("help")]),
    ("--help volume rm x", [Look("help")]),
    ("volume rm --help=false x", [RemoveVolume("x")]),
]


@pytest.mark.parametrize(("line", "effects"), LINES, ids=[line for line, _ in LINES])
def test_effects(line, effects):
    reading = read(shlex.split(line), {})
    assert list(reading.effects) == effects
    assert reading.problem is None


@pytest.mark.parametrize(
    ("line", "understood", "problem", "named"),
    [
        ("nuke a", [], "unknown command: docker nuke", ("a",)),
        ("volume nuke a", [], "unknown command: docker volume nuke", ("a",)),
        (
            "rm --purge=all a",
            [RemoveContainer("a")],
            "unknown flag: --purge",
            ("all", "a"),
        ),
        (
            "rm -xa:/b --also c a",
            [RemoveContainer("c"), RemoveContainer("a")],
            "unknown shorthand flag: -x",
            ("a:/b", "a", "/b", "c"),
        ),
        (
            "debug --image=x a",
            [],
            "unknown command: docker debug",
            ("x", "a"),
        ),
    ],
)
def test_what_is_not_known_names_all_words_after_the_verb(line, understood, problem, named):
    reading = read(shlex.split(line), {})
    assert list(reading.effects) == [*understood, Unknown(problem, named)]
    assert reading.problem == problem
