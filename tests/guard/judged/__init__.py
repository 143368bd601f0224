"""Effects in scripted worlds, by the decision that the rules must give: the rules' own table.

Each module has one theme; its ``CASES`` are collected here. ``python tests/guard/judged/said.py``
writes down what people are told in each case (``said.yaml``).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from worlds import World

from guard.decision import Decision, Verdict
from guard.effects import Effect
from guard.rules import judge


@dataclass(frozen=True)
class Case:
    """An effect, the world that it meets, and the decision in words: ``refuse LF040``."""

    theme: str
    expected: str
    effect: Effect
    world: World
    by_hand: bool

    def __str__(self) -> str:
        """Say which case it is."""
        who = "" if self.by_hand else ", by a request"
        return f"{self.theme}{who}: {_short(self.effect)}"

    def decided(self) -> Decision:
        """Return what the rules say."""
        return judge([self.effect], self.world, by_hand=self.by_hand)


def cases(
    theme: str, world: World, table: Mapping[str, Iterable[Effect]], *, by_hand: bool = True
) -> Iterator[Case]:
    """Return the cases of a table from decisions to the effects that must be decided so."""
    for expected, effects in table.items():
        for effect in effects:
            yield Case(theme, expected, effect, world, by_hand)


def both(theme: str, world: World, table: Mapping[str, Iterable[Effect]]) -> Iterator[Case]:
    """Return the cases twice: typed by a person, and as a request that may be LedgerFlow's own."""
    yield from cases(theme, world, table)
    yield from cases(theme, world, table, by_hand=False)


def plain(text: object) -> str:
    """Return a text as a test's id, in which nothing has a meaning for tools."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(text)).strip("-")[:70]


def words(decision: Decision) -> str:
    """Return a decision as tables have it."""
    if decision.verdict is Verdict.ALLOW:
        return decision.verdict.word
    return f"{decision.verdict.word} {decision.rule}"


def _short(effect: object) -> str:
    """Return an effect without what it leaves at its default."""
    kind = type(effect)
    given = {
        field.name: _value(getattr(effect, field.name))
        for field in fields(kind)  # type: ignore[arg-type]
        if getattr(effect, field.name) not in (getattr(kind, field.name, None), ())
    }
    return f"{kind.__name__}({', '.join(f'{name}={text}' for name, text in given.items())})"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return _short(value) if is_dataclass(value) else str(value)
