"""What developers do all day on a machine that also runs LedgerFlow; each is really done."""

import io
import json
import subprocess
from collections.abc import Callable

from docker.utils.socket import frames_iter

from tests.integration.guard.guarded import DATA, SLEEP, Guarded, archive
from tests.integration.guard.own_daemon import IMAGE
from tests.integration.guard.raw_request import Raw, send

Action = Callable[[Guarded], object]
DOCKERFILE = f"FROM {IMAGE}\nRUN echo built > /built\nLABEL a=b\n"


def docker_says(world: Guarded, *words: str, typed: str = "") -> str:
    done = subprocess.run(
        ["docker", *words], env=world.environ, capture_output=True, text=True, input=typed
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def raw(world: Guarded, request: str, status: int, body: object = None) -> str:
    reply = send(world.socket, Raw("", request, body=body))
    assert reply.status == status, reply
    return reply.text


def looking(world: Guarded) -> None:
    """Seventeen ways to look."""
    for words in (
        ["ps", "-a"],
        ["images", "-a"],
        ["info"],
        ["version"],
        ["system", "df"],
        ["volume", "ls"],
        ["network", "ls"],
        ["inspect", "ledger_prod_postgres"],
        ["volume", "inspect", "ledger_prod_db_data"],
        ["logs", "ledger_prod_postgres"],
        ["top", "ledger_prod_postgres"],
        ["stats", "--no-stream", "mine"],
        ["diff", "mine"],
        ["history", IMAGE],
        ["port", "mine"],
        ["events", "--since", "1h", "--until", "0s"],
    ):
        docker_says(world, *words)
    assert "ledger_dev_postgres" in raw(world, "GET /v1.24/containers/json?all=1", 200)


def odd_spellings_of_looking(world: Guarded) -> None:
    raw(world, "GET /v1.41/containers/%6cedger_prod_postgres/json", 200)
    raw(world, "GET http://docker/_ping", 200)
    raw(world, "HEAD /_ping", 200)


def build(world: Guarded) -> None:
    image, _ = world.client.images.build(fileobj=io.BytesIO(DOCKERFILE.encode()), tag="own:1")
    assert image.labels["a"] == "b"
    image.tag("own", "2")
    docker_says(world, "rmi", "own:2")
    docker_says(world, "builder", "prune", "-f")


def images_travel(world: Guarded) -> None:
    saved = b"".join(world.client.images.get("own:1").save(named=True))
    docker_says(world, "rmi", "own:1")
    [loaded] = world.client.images.load(saved)
    assert loaded.tags == ["own:1"]
    docker_says(world, "image", "prune", "-f")
    world.client.images.remove("own:1")


def commit_and_export(world: Guarded) -> None:
    mine = world.client.containers.get("mine")
    mine.commit("committed", "1")
    assert b"busybox" in b"".join(mine.export())
    world.client.images.remove("committed:1")


def run_once(world: Guarded) -> None:
    assert docker_says(world, "run", "--rm", "--network", "none", IMAGE, "echo", "hello") == (
        "hello\n"
    )


def run_with_standard_input(world: Guarded) -> None:
    words = ["run", "--rm", "-i", "--network", "none", IMAGE, "cat"]
    assert docker_says(world, *words, typed="a line\n") == "a line\n"


def run_with_own_folder_and_volume(world: Guarded) -> None:
    folder = world.daemon.folder / "project"
    folder.mkdir()
    script = "echo file > /project/made; echo volume > /v/made; cat /v/made"
    words = ["-v", f"{folder}:/project", "-v", "own_volume:/v", "--network", "none"]
    assert docker_says(world, "run", "--rm", *words, IMAGE, "sh", "-c", script) == "volume\n"
    assert (folder / "made").read_text() == "file\n"


def run_as_developers_do(world: Guarded) -> None:
    words = ["--cap-add", "NET_ADMIN", "--tmpfs", "/t", "--read-only", "--init", "-e", "A=b"]
    docker_says(world, "run", "--rm", "--network", "host", *words, IMAGE, "true")
    docker_says(world, "run", "--rm", "--network", "none", "-m", "64m", "-u", "1", IMAGE, "true")


def read_the_volume_of_dev(world: Guarded) -> None:
    words = ["run", "--rm", "--network", "none", "-v", "ledger_dev_db_data:/x:ro", IMAGE]
    assert docker_says(world, *words, "cat", "/x/marker") == "what ledger_dev_db_data holds"


def live_of_a_container(world: Guarded) -> None:
    """Create, start, pause, unpause, restart, rename, update, wait, kill, remove."""
    docker_says(world, "create", "--name", "live", "--network", "none", IMAGE, *SLEEP)
    for words in (
        ["start", "live"],
        ["pause", "live"],
        ["unpause", "live"],
        ["restart", "-t", "0", "live"],
        ["rename", "live", "renamed"],
        ["update", "--memory", "64m", "--memory-swap", "64m", "renamed"],
        ["kill", "-s", "HUP", "renamed"],
        ["kill", "renamed"],
    ):
        docker_says(world, *words)
    assert docker_says(world, "wait", "renamed") == "137\n"
    docker_says(world, "rm", "-v", "renamed")


def remove_by_force_with_volumes(world: Guarded) -> None:
    docker_says(
        world, "run", "-d", "--name", "short", "--network", "none", "-v", "/v", IMAGE, *SLEEP
    )
    before = len(world.client.volumes.list())
    docker_says(world, "rm", "-fv", "short")
    assert len(world.client.volumes.list()) == before - 1


def execute_in_own(world: Guarded) -> None:
    assert docker_says(world, "exec", "mine", "echo", "hi") == "hi\n"
    assert docker_says(world, "exec", "-i", "mine", "cat", typed="typed\n") == "typed\n"
    docker_says(world, "exec", "-d", "mine", "touch", "/tmp/detached")
    docker_says(world, "exec", "mine", "rm", "-rf", "/tmp/detached")


def execute_in_ours(world: Guarded) -> None:
    assert "marker" in docker_says(world, "exec", "ledger_prod_postgres", "ls", DATA)
    assert docker_says(world, "exec", "ledger_prod_postgres", "date")
    assert docker_says(world, "exec", "ledger_dev_postgres", "sh", "-c", "echo $((1+1))") == "2\n"
    made = world.client.api.exec_create("ledger_dev_postgres", ["cat"], stdin=True)
    stream = world.client.api.exec_start(made["Id"], socket=True)
    stream._sock.sendall(b"hijacked\n")
    stream._sock.shutdown(1)
    assert b"".join(content for _, content in frames_iter(stream, tty=False)) == b"hijacked\n"
    stream.close()


def attach(world: Guarded) -> None:
    echo = ["sh", "-c", "read line; echo got $line"]
    docker_says(world, "create", "-i", "--name", "talker", "--network", "none", IMAGE, *echo)
    assert docker_says(world, "start", "-ai", "talker", typed="word\n") == "got word\n"
    docker_says(world, "rm", "talker")


def copy(world: Guarded) -> None:
    mine = world.client.containers.get("mine")
    assert mine.put_archive("/tmp", archive("copied", b"content"))
    content, stat = mine.get_archive("/tmp/copied")
    assert stat["size"] == len(b"content")
    assert b"content" in b"".join(content)
    docker_says(world, "cp", f"ledger_prod_postgres:{DATA}/marker", str(world.daemon.folder))
    docker_says(world, "cp", str(world.daemon.folder / "marker"), "ledger_dev_postgres:/tmp/")


def volumes(world: Guarded) -> None:
    docker_says(world, "volume", "create", "--label", "own=1", "scratch")
    docker_says(world, "volume", "rm", "scratch")
    docker_says(world, "volume", "create", "scratch")
    docker_says(world, "volume", "rm", "-f", "scratch", "own_volume")
    only_own = json.dumps({"label": ["own=1"]})
    raw(world, "POST /volumes/create", 201, {"Name": "pruned", "Labels": {"own": "1"}})
    assert "pruned" in raw(world, f"POST /volumes/prune?filters={only_own}", 200)


def networks(world: Guarded) -> None:
    docker_says(world, "network", "create", "own")
    docker_says(world, "run", "-d", "--name", "on_own", "--network", "own", IMAGE, *SLEEP)
    docker_says(world, "network", "disconnect", "own", "on_own")
    docker_says(world, "network", "connect", "own", "on_own")
    docker_says(world, "rm", "-f", "on_own")
    docker_says(world, "network", "rm", "own")
    docker_says(world, "network", "create", "unused")
    assert "unused" in docker_says(world, "network", "prune", "-f")


def prune_own_containers(world: Guarded) -> None:
    docker_says(world, "run", "--name", "ended", "-l", "own=1", "--network", "none", IMAGE, "true")
    gone = docker_says(world, "container", "prune", "-f", "--filter", "label=own=1")
    assert "Total reclaimed space" in gone
    assert "ended" not in docker_says(world, "ps", "-a")


def the_safe_stop(world: Guarded) -> None:
    """The way out of an emergency begins so: stopped with grace, removed, data untouched."""
    docker_says(world, "stop", "-t", "5", "ledger_prod_postgres")
    docker_says(world, "start", "ledger_prod_postgres")
    docker_says(world, "restart", "-t", "5", "ledger_prod_postgres")
    docker_says(world, "kill", "-s", "HUP", "ledger_prod_postgres")
    docker_says(world, "restart", "-t", "0", "ledger_dev_postgres")


ACTIONS: dict[Action, int] = {
    looking: 17,
    odd_spellings_of_looking: 3,
    build: 4,
    images_travel: 5,
    commit_and_export: 3,
    run_once: 1,
    run_with_standard_input: 1,
    run_with_own_folder_and_volume: 1,
    run_as_developers_do: 2,
    read_the_volume_of_dev: 1,
    live_of_a_container: 11,
    remove_by_force_with_volumes: 2,
    execute_in_own: 4,
    execute_in_ours: 4,
    attach: 3,
    copy: 4,
    volumes: 6,
    networks: 8,
    prune_own_containers: 3,
    the_safe_stop: 5,
}
"""Each with how many commands or requests of its kind it gives."""
