"""The corpora: command lines with the verdict that each must get, and the daemon they meet.

A file of `corpus/` describes one daemon (`[world]`) and families of cases. A case is one line, as
a person types it: variables first, then the command, quoted for a shell. A family gives all its
lines the same verdict, rule and reason.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from worlds import (
    COMPOSE_PROJECT,
    COMPOSE_SERVICE,
    World,
    container,
    environment,
    image,
    network,
    volume,
)

from guard.world import Container, Volume

FOLDER = Path(__file__).parent / "corpus"
CATEGORIES = ("true_positive", "bypass_attempt", "false_alarm", "edge_case")
VARIABLE = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)", re.DOTALL)


@dataclass(frozen=True)
class Case:
    """One command line and what it must get."""

    line: str
    file: str
    family: str
    category: str
    verdict: str
    rule: str | None
    """None for what is allowed."""

    def __str__(self) -> str:
        return f"{self.file}: {self.family}: {self.line}"

    def split(self) -> tuple[list[str], dict[str, str]]:
        """Return the words of the command and the variables before it, as a shell would."""
        words = shlex.split(self.line)
        variables = {}
        while found := VARIABLE.fullmatch(words[0]):
            variables[found[1]] = found[2]
            del words[0]
        return words, variables


def files() -> list[Path]:
    """Return the files of the corpus."""
    return sorted(FOLDER.glob("*.toml"))


def cases(path: Path) -> Iterator[Case]:
    """Return the cases of one file."""
    for family in tomllib.loads(path.read_text())["family"]:
        for line in family["lines"].strip().splitlines():
            yield Case(
                line,
                path.stem,
                family["name"],
                family["category"],
                family["verdict"],
                family.get("rule"),
            )


def world(path: Path) -> World:
    """Return the daemon that a file describes."""
    described = tomllib.loads(path.read_text())["world"]
    return World(
        *(
            thing
            for name in described["environments"]
            for thing in environment(name, running=name not in described.get("stopped", ()))
        ),
        *(_container(each) for each in described.get("containers", ())),
        *(_volume(each) for each in described.get("volumes", ())),
        *(network(name) for name in described.get("networks", ())),
        *(image(name) for name in described.get("images", ())),
        proven=described.get("proven", ()),
        links=described.get("links", {}),
        down=described.get("down", False),
    )


def _container(described: Mapping[str, object]) -> Container:
    labels = dict(described.get("labels", {}))
    for key, label in (("project", COMPOSE_PROJECT), ("service", COMPOSE_SERVICE)):
        if key in described:
            labels[label] = described[key]
    made = container(
        described["name"],
        *described.get("mounts", ()),
        image=described.get("image", "alpine:3"),
        running=described.get("running", True),
    )
    return Container(**{**vars(made), "labels": labels})


def _volume(described: str | Mapping[str, object]) -> Volume:
    if isinstance(described, str):
        return volume(described)
    made = volume(described["name"], described.get("device"))
    return Volume(**{**vars(made), "labels": described.get("labels", {})})
