"""A stage for ``ledger_docker``: a docker that only records, a daemon that only answers."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from fake_engine import fake_engine

REPOSITORY = Path(__file__).resolve().parents[3]
LAUNCHER = REPOSITORY / "ledger_docker"

DOCKER = """#!/bin/sh
# records its words, then does what ACT says
for word in "$@"; do printf '%s\\n' "$word"; done > "$RECORD.$$"
printf '%s\\n' "--" >> "$RECORD.$$"
cat "$RECORD.$$" >> "$RECORD"
eval "$ACT"
"""


def container(name: str, environment: str = "", service: str = "", **more: object) -> dict:
    """Return a running container as the daemon lists it."""
    labels = {
        "com.ledgerflow.environment": environment,
        "com.ledgerflow.service": service,
        "com.ledgerflow.stack": environment,
    }
    return {
        "Id": name.encode().hex().ljust(64, "0"),
        "Names": [f"/{name}"],
        "Labels": labels if environment else {},
        "ImageID": "sha256:" + "1" * 64,
        "Image": "image",
        "State": "running",
        "Status": "Up",
        "Mounts": [],
        **more,
    }


def volume(name: str, **labels: str) -> dict:
    """Return a volume as the daemon has it; a ``protect`` label is of LedgerFlow's prefix."""
    named = {f"com.ledgerflow.{key}": value for key, value in labels.items()}
    return {"Name": name, "Labels": named, "Mountpoint": f"/var/lib/docker/volumes/{name}/_data"}


@contextmanager
def daemon(
    path: Path, containers: Sequence[dict] = (), volumes: Sequence[dict] = ()
) -> Iterator[str]:
    """Serve a daemon's answers on a socket, and return its address."""
    answers: dict[str, object] = {
        "/containers/json?all=1": list(containers),
        "/volumes": {"Volumes": list(volumes)},
        "/images/json": [],
        "/networks": [],
        "/info": {"DockerRootDir": "/var/lib/docker"},
        "/version": {"Version": "20.10.24"},
        **{f"/volumes/{each['Name']}": each for each in volumes},
    }
    for each in containers:
        inspected = {
            **each,
            "Name": each["Names"][0],
            "Config": {"Labels": each["Labels"], "Image": each["Image"]},
            "State": {"Running": each["State"] == "running", "Status": each["State"]},
            "Image": each["ImageID"],
        }
        for name in (each["Names"][0].removeprefix("/"), each["Id"]):
            answers[f"/containers/{name}/json"] = inspected
    with fake_engine(path, {f"GET {target}": (200, found) for target, found in answers.items()}):
        yield f"unix://{path}"


class Stage:
    """A folder with a recording docker on PATH, an audit log and a home of its own."""

    def __init__(self, folder: Path, host: str) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.program("docker", DOCKER)
        self.record = folder / "record"
        self.log = folder / "audit"
        (folder / "home").mkdir()
        (folder / "project").mkdir()
        self.variables = {
            "PATH": f"{self.bin}{os.pathsep}{os.defpath}",
            "HOME": str(folder / "home"),
            "DOCKER_HOST": host,
            "LEDGERFLOW_AUDIT": str(self.log),
            "RECORD": str(self.record),
            "ACT": "",
        }

    def program(self, name: str, text: str) -> Path:
        """Put a program on PATH."""
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def run(
        self, *words: str, act: str = "", text: str | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``ledger_docker`` with these words."""
        return subprocess.run(
            [LAUNCHER, *words],
            cwd=self.folder / "project",
            env=self.environment(act, **variables),
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def environment(self, act: str = "", **variables: str) -> Mapping[str, str]:
        """Return the variables of a call; ``act`` is what the docker does, in sh."""
        return {**self.variables, "ACT": act, **variables}

    @property
    def ran(self) -> list[list[str]]:
        """The words of every docker that was run, in order."""
        if not self.record.exists():
            return []
        calls: list[list[str]] = [[]]
        for word in self.record.read_text().split("\n")[:-1]:
            if word == "--":
                calls.append([])
            else:
                calls[-1].append(word)
        return calls[:-1]

    @property
    def lines(self) -> list[dict]:
        """The lines of the audit log but its own."""
        lines = [
            json.loads(raw)
            for path in sorted(self.log.glob("audit-*"))
            for raw in path.read_text().splitlines()
        ]
        return [line for line in lines if not line["event"].startswith("log-")]
