"""What compose does to a project, by docker's plugin and by the program of its own."""

import shlex

import pytest

from guard.effects import (
    CopyInto,
    CreateContainer,
    Execute,
    KillContainer,
    Look,
    Mounted,
    OnServices,
    RemoveProjectContainers,
    StartContainer,
    StartProject,
    StopContainer,
    StopProject,
    Unknown,
)
from guard.grammar import read

pytestmark = pytest.mark.unit

X = "x"
F = ("f.yml",)


def on(effect, *services):
    return OnServices(X, F, services, effect)


LINES = [
    ("down", [StopProject(X, F)]),
    ("down -v", [StopProject(X, F, volumes=True)]),
    ("down --volumes", [StopProject(X, F, volumes=True)]),
    ("down --volume", [StopProject(X, F, volumes=True)]),
    ("down --volumes=t --rmi all web", [StopProject(X, F, True, "all", ("web",))]),
    ("down -v=false", [StopProject(X, F)]),
    ("down --dry-run -v", [StopProject(X, F, volumes=True)]),
    ("down -t 0 web", [StopProject(X, F, services=("web",)), on(KillContainer(""), "web")]),
    ("wait web", [Look("compose wait")]),
    ("wait --down-project web", [StopProject(X, F)]),
    ("up -d", [StartProject(X, F)]),
    ("up -dV --remove-orphans web", [StartProject(X, F, renew_volumes=True, remove_orphans=True)]),
    ("up -t 0 web", [StartProject(X, F), on(KillContainer(""), "web")]),
    ("create", [StartProject(X, F)]),
    ("start web", [StartProject(X, F)]),
    ("scale -t 0 web=2", [StartProject(X, F), on(KillContainer(""))]),
    ("watch", [StartProject(X, F)]),
    (
        "run --rm -v a:/b --name n --cap-add all -l k=v -u u web rm -rf /b",
        [
            StartProject(X, F, mounts=(Mounted("a", "/b"),)),
            CreateContainer(
                name="n",
                labels=(("k", "v"),),
                mounts=(Mounted("a", "/b"),),
                capabilities=("ALL",),
                command=("rm", "-rf", "/b"),
                remove_after=True,
            ),
            on(Execute("", ("rm", "-rf", "/b"), user="u"), "web"),
        ],
    ),
    ("run web", [StartProject(X, F), CreateContainer()]),
    ("stop", [on(StopContainer(""))]),
    ("stop -t 0 web db", [on(KillContainer(""), "web", "db")]),
    ("restart -t0", [on(KillContainer("")), on(StartContainer(""))]),
    ("pause web", [on(StopContainer(""), "web")]),
    ("unpause web", [on(StartContainer(""), "web")]),
    ("kill", [on(KillContainer(""))]),
    ("kill -s HUP web", [on(StopContainer(""), "web")]),
    ("rm -fv web", [RemoveProjectContainers(X, F, True, True, ("web",))]),
    ("rm -s", [on(StopContainer("")), RemoveProjectContainers(X, F)]),
    ("exec -T db psql -v x=1", [on(Execute("", ("psql", "-v", "x=1")), "db")]),
    ("exec --privileged -u root db sh", [on(Execute("", ("sh",), True, "root"), "db")]),
    ("exec", [Look("compose exec")]),
    ("cp a db:/b", [on(CopyInto("", "/b"), "db")]),
    ("cp db:/b a", [Look("compose cp")]),
    ("logs -f web", [Look("compose logs")]),
    ("config -q", [Look("compose config")]),
    ("convert", [Look("compose config")]),
    ("build --build-arg C='down -v'", [Look("compose build")]),
    ("help down", [Look("compose help")]),
    ("down --help", [Look("help")]),
    ("", [Look("compose")]),
]


@pytest.mark.parametrize(("line", "effects"), LINES, ids=[line for line, _ in LINES])
@pytest.mark.parametrize("program", ["compose", "docker compose", "docker-compose"])
def test_effects(program, line, effects):
    reading = read(shlex.split(f"{program} -p x -f f.yml {line}"), {})
    assert list(reading.effects) == effects
    assert reading.problem is None
    assert reading.program == ("docker-compose" if "-" in program else "docker")


@pytest.mark.parametrize(
    ("line", "variables", "project", "files"),
    [
        ("compose ps", {}, "", ()),
        ("compose -p a -f b -f c ps", {}, "a", ("b", "c")),
        ("compose --project-name=a --file=b ps", {}, "a", ("b",)),
        ("compose -pa -fb ps", {}, "a", ("b",)),
        ("compose ps", {"COMPOSE_PROJECT_NAME": "a", "COMPOSE_FILE": "b:c"}, "a", ("b", "c")),
        ("compose ps", {"COMPOSE_FILE": "b;c", "COMPOSE_PATH_SEPARATOR": ";"}, "", ("b", "c")),
        ("compose -p z -f y ps", {"COMPOSE_PROJECT_NAME": "a", "COMPOSE_FILE": "b"}, "z", ("y",)),
        (
            "compose --project-directory d/ ps",
            {},
            "",
            ("d/compose.yaml", "d/compose.yml", "d/docker-compose.yml", "d/docker-compose.yaml"),
        ),
        ("compose --workdir / ps", {}, "", tuple(
            f"/{name}" for name in ("compose.yaml", "compose.yml", "docker-compose.yml",
                                    "docker-compose.yaml")
        )),
        ("compose --project-directory d -f y ps", {}, "", ("y",)),
        ("-c there docker-compose", {"COMPOSE_PROJECT_NAME": "a"}, "", ()),
        ("ps", {"COMPOSE_PROJECT_NAME": "a", "COMPOSE_FILE": "b"}, "", ()),
    ],
)  # fmt: skip
def test_which_project(line, variables, project, files):
    reading = read(shlex.split(line), variables)
    assert (reading.project, reading.files) == (project, files)


def test_orphans_go_by_a_variable_too():
    for value, orphans in (("1", True), ("true", True), ("", False), ("false", False)):
        reading = read(["compose", "up"], {"COMPOSE_REMOVE_ORPHANS": value})
        assert reading.effects == (StartProject(remove_orphans=orphans),)


@pytest.mark.parametrize("line", ["down --vol", "down --v", "--project-n x down -v"])
def test_the_program_of_its_own_takes_abbreviations(line):
    reading = read(["docker-compose", *line.split()], {})
    assert reading.effects[0] == StopProject(reading.project, volumes=True)
    by_plugin = read(["compose", *line.split()], {})
    assert any(isinstance(effect, Unknown) for effect in by_plugin.effects)


def test_a_flag_of_compose_after_the_verb_is_none_of_the_verb():
    reading = read(shlex.split("compose down -f x -v"), {})
    assert reading.effects[0] == StopProject(volumes=True, services=("x",))
    assert reading.problem == "unknown shorthand flag: -f"


def test_an_unknown_verb():
    reading = read(shlex.split("compose -p x nuke -v db"), {})
    problem = "unknown command: docker compose nuke"
    assert reading.effects == (Unknown(problem, ("db",)),)
