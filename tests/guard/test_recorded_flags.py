"""The tables know every verb and flag that docker and compose tell of themselves."""

from pathlib import Path

import pytest

from guard.grammar import line, tables
from guard.grammar.flags import flag_set
from guard.grammar.tables import compose

pytestmark = pytest.mark.guard

RECORDED = sorted((Path(__file__).parent / "flags").glob("*.txt"))
OPTIONS = {"docker": tables.OPTIONS, "compose": f"{tables.OPTIONS} {compose.OPTIONS}"}


def known_flags(verb):
    if verb in OPTIONS:
        return flag_set(OPTIONS[verb])
    found, known, _ = line.find(verb.split())
    assert known, f"the tables do not know {verb}"
    notation = tables.VERBS.get(found, tables.GROUP_OPTIONS.get(found, ""))
    return flag_set(notation)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_every_recorded_flag_is_known_with_its_short_form_and_value(path):
    wrong = []
    for recorded in path.read_text().splitlines():
        verb, _, flags = recorded.partition(":")
        known = known_flags(verb)
        for flag in flags.split():
            letter, _, name = flag.removesuffix("=").rpartition("/")
            long = known.letters.get(name) if len(name) == 1 else known.names.get(name)
            value = flag.endswith("=")
            if (
                long is None
                or (letter and known.letters.get(letter) != long)
                or value != (long in known.with_value)
            ):
                wrong.append(f"{verb}: {flag}")
    assert wrong == []


def test_records_are_there():
    assert [path.stem for path in RECORDED] == [
        "compose-1.29.2",
        "compose-2.40.3",
        "docker-20.10.24",
        "docker-28.2.2",
    ]


def test_every_verb_with_an_effect_has_its_flags():
    from guard.grammar.verbs import READERS

    assert set(READERS) <= set(tables.VERBS)


def test_every_alias_leads_to_a_verb():
    targets = {*tables.ALIASES.values(), *tables.SHORT_FORMS.values(), *tables.OPTIONS_FIRST}
    assert targets <= set(tables.VERBS)
