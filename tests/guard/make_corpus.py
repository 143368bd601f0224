"""Write `corpus/` from `families/`: python tests/guard/make_corpus.py

A family is written by hand as patterns. In a pattern `<a|b|>` stands for one of its alternatives
(here the third is nothing), `<@name>` for one of a list of `[names]` in the same file or in
`names.toml`. Each pattern becomes lines: all combinations, or `take` of them for the whole family,
chosen evenly by a generator whose seed is the family's name, so that the same files always come
out. The result is stored and judged as it stands; `test_corpus.py` says when it is out of date.
"""

import random
import re
import tomllib
from collections.abc import Mapping
from itertools import product
from pathlib import Path

HERE = Path(__file__).parent
CHOICE = re.compile(r"<([^<>]*)>")
TAKE = 24


def expand(pattern: str, names: Mapping[str, list[str]]) -> list[str]:
    """Return every line that a pattern stands for, in a fixed order."""
    pieces = CHOICE.split(pattern)
    choices = [
        _alternatives(piece, names) if place % 2 else [piece] for place, piece in enumerate(pieces)
    ]
    lines = ("".join(chosen) for chosen in product(*choices))
    return list(dict.fromkeys(re.sub(r" +", " ", line).strip() for line in lines))


def _alternatives(piece: str, names: Mapping[str, list[str]]) -> list[str]:
    if piece.startswith("@"):
        return [line for each in names[piece[1:]] for line in expand(each, names)]
    return piece.split("|")


def lines(family: Mapping[str, object], names: Mapping[str, list[str]]) -> list[str]:
    """Return the lines of a family, from each pattern about as many."""
    patterns = [expand(p, names) for p in str(family["lines"]).strip().splitlines()]
    take = int(family.get("take", TAKE))
    chooser = random.Random(str(family["name"]))
    each = [found if len(found) <= 1 else chooser.sample(found, len(found)) for found in patterns]
    turns = (
        line
        for turn in range(max(map(len, each)))
        for found in each
        for line in found[turn : turn + 1]
    )
    return list(dict.fromkeys(turns))[:take]


def corpus(path: Path) -> str:
    """Return the text of the corpus file that belongs to a file of families."""
    described = tomllib.loads(path.read_text())
    names = tomllib.loads((HERE / "names.toml").read_text()) | described.get("names", {})
    header = "[world]" + path.read_text().partition("[world]")[2].partition("[[family]]")[0]
    header = header.partition("[names]")[0].strip()
    parts = [f"# Made by make_corpus.py from families/{path.name}; edit it there.", header]
    seen: set[str] = set()
    for family in described["family"]:
        keys = ("name", "category", "verdict", "rule", "why")
        fields = [f'{key} = "{family[key]}"' for key in keys if key in family]
        new = [line for line in lines(family, names) if line not in seen]
        seen.update(new)
        body = "\n".join(new)
        parts.append("\n".join(["[[family]]", *fields, f"lines = '''\n{body}\n'''"]))
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write all files."""
    for path in sorted((HERE / "families").glob("*.toml")):
        (HERE / "corpus" / path.name).write_text(corpus(path))


if __name__ == "__main__":
    main()
