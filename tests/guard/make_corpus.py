"""Write `corpus/` from `families/`: python tests/guard/make_corpus.py

A family is written by hand as patterns. In a pattern `<a|b|>` stands for one of its alternatives
(here the third is nothing), `<@name>` for one of a list of `[names]` in the same file or in
`names.toml`. Each pattern becomes lines: all combinations, or `take` of them for the whole family,
chosen evenly by a generator whose seed is the family's name, so that the same files always come
out. A family whose lines are answered by several rules has the rule before each pattern. The
result is stored and judged as it stands; `test_corpus.py` says when it is out of date.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

HERE = Path(__file__).parent
CHOICE = re.compile(r"<([^<>]*)>")
RULE = re.compile(r"(?:(?P<rule>LF[0-9]{3}): )?(?P<pattern>.+)")
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


def lines(family: Mapping[str, object], names: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Return the lines of a family with the rule of each, from each pattern about as many."""
    patterns = [RULE.fullmatch(p) for p in str(family["lines"]).strip().splitlines()]
    chooser = random.Random(str(family["name"]))
    each = []
    for pattern in patterns:
        found = expand(pattern["pattern"], names)
        rule = pattern["rule"] or str(family.get("rule", ""))
        each.append([(rule, line) for line in chooser.sample(found, len(found))])
    longest = max(map(len, each))
    turns = (pair for turn in range(longest) for found in each for pair in found[turn : turn + 1])
    return list(dict.fromkeys(turns))[: int(family.get("take", TAKE))]


def corpus(path: Path) -> str:
    """Return the text of the corpus file that belongs to a file of families."""
    described = tomllib.loads(path.read_text())
    names = tomllib.loads((HERE / "names.toml").read_text()) | described.get("names", {})
    header = "[world]" + path.read_text().partition("[world]")[2].partition("[[family]]")[0]
    header = header.partition("[names]")[0].strip()
    parts = [f"# Made by make_corpus.py from families/{path.name}; edit it there.", header]
    seen: set[str] = set()
    for family in described["family"]:
        new = [(rule, line) for rule, line in lines(family, names) if line not in seen]
        seen.update(line for _, line in new)
        parts += _tables(family, new)
    return "\n\n".join(parts) + "\n"


def _tables(family: Mapping[str, object], found: list[tuple[str, str]]) -> Iterator[str]:
    """Return the family as it is stored: a table for each rule."""
    for rule in dict.fromkeys(rule for rule, _ in found):
        fields = {**family, "rule": rule}
        keys = ("name", "category", "verdict", "rule", "why")
        head = [f'{key} = "{fields[key]}"' for key in keys if fields[key]]
        body = "\n".join(line for of, line in found if of == rule)
        yield "\n".join(["[[family]]", *head, f"lines = '''\n{body}\n'''"])


def main() -> None:
    """Write all files."""
    for path in sorted((HERE / "families").glob("*.toml")):
        (HERE / "corpus" / path.name).write_text(corpus(path))


if __name__ == "__main__":
    main()
