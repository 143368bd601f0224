"""Nothing in the repository talks to Docker past the guard, and no page tells people to."""

import re
import subprocess

import pytest

pytestmark = pytest.mark.guard

VERBS = (
    "attach|builder|build|commit|container|context|cp|create|events|exec|export|image|images|"
    "import|info|inspect|kill|load|login|logs|network|node|pause|plugin (?:disable|install|rm|set)|"
    "ps|pull|push|rename|restart|rmi|rm|run|save|search|secret|service|stack|start|stats|stop|swarm|"
    "system|tag|top|trust|unpause|update|version|volume|wait"
)
COMPOSE = "build|config|create|down|exec|kill|logs|ps|pull|restart|rm|run|start|stop|up"
TYPED = re.compile(
    r"(?<![\w/.-])docker"
    rf"(?: (?:-\S+ (?:\w+://\S+ )?)*(?:{VERBS})\b|(?: |-)compose (?:-\S+ )*(?:{COMPOSE})\b)"
)
"""A docker command as a person or a shell would type it."""
SPOKEN = re.compile(r"docker\.from_env\(|(?<![\w])DockerClient\(|(?<![\w])APIClient\(")
"""A connection of the SDK's own."""
STARTED = re.compile(r"\[\s*[\"']docker(?:-compose)?[\"'],\s*[\"']")
"""An argument list that begins with docker."""

ON_ITS_OWN = {
    "airgap/": "stands on its own: the stand-in plugin and the builder of images know no guard",
    "tests/": "tests play the stranger",
    "guard/": "reads and runs docker's command lines: its pages and tables name them",
    "docs/guard": "the guard's own pages say what it does with docker's commands",
    "docs/ledger-docker.md": "shows which of docker's commands become what",
    "docs/audit-log.md": "shows lines of commands as they were typed",
    "docs/authorization.md": "shows how a raw docker command is refused",
    "docs/emergencies.md": "shows docker's commands behind the emergency's own",
    "policies/catalogue/commands.py": "the rules on docker's commands name them",
    "docs/rules/": "made from the catalogue",
}
NAMED = {
    "policies/catalogue/secrets.py": {"docker inspect"},
    "infra/execution.py": {"docker inspect"},
    "infra/env_file.py": {"docker run"},
    "docs/drift.md": {"docker inspect"},
    "docs/secrets.md": {"docker inspect"},
    "docs/backup/schedule.md": {"docker inspect"},
}
"""Where a command is spoken of, not given: what anybody can see of a container, and a format."""


@pytest.fixture(scope="module")
def texts(repository):
    """Every file of the repository that holds text, by its path."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        check=True,
    ).stdout.decode()
    found = {}
    for name in filter(None, listed.split("\0")):
        path = repository / name
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if b"\0" not in content[:1024]:
                found[name] = content.decode(errors="replace")
    return found


def raw(name: str, text: str) -> list[str]:
    hits = [match[0] for pattern in (TYPED, SPOKEN, STARTED) for match in pattern.finditer(text)]
    return [hit for hit in hits if hit not in NAMED.get(name, set())]


def test_nothing_talks_to_docker_past_the_guard(texts):
    found = {
        name: hits
        for name, text in texts.items()
        if not name.startswith(tuple(ON_ITS_OWN)) and (hits := raw(name, text))
    }
    assert found == {}


def test_every_exception_is_still_one(texts):
    for name, words in NAMED.items():
        assert all(word in texts[name] for word in words), name


@pytest.mark.parametrize(
    "line",
    [
        "docker volume rm x",
        "$(docker info)",
        "  - docker -H tcp://x:1 ps",
        "docker-compose up",
        "docker compose down -v",
        "client = docker.from_env(timeout=3)",
        'subprocess.run(["docker", "ps"])',
        "docker.APIClient(base_url=url)",
    ],
)
def test_a_raw_call_is_seen(line):
    assert raw("somewhere", line)


@pytest.mark.parametrize(
    "line",
    [
        "ledger_docker volume rm x",
        "GuardedClient.from_env(",
        "the docker daemon",
        "a file for `docker compose`, for comparison",
        "the docker plugin",
        "client: docker.DockerClient",
    ],
)
def test_what_is_none_is_left_alone(line):
    assert raw("somewhere", line) == []
