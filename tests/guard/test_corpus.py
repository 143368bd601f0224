"""Every line of the corpora gets its verdict, and the corpora are as large as they must be."""

from collections import Counter

import pytest
from corpora import CATEGORIES, cases, files, world
from make_corpus import HERE, corpus

from guard.grammar import read
from guard.rules import judge

pytestmark = pytest.mark.guard

RULES = {
    "LF004", "LF006", "LF018", "LF020", "LF021", "LF022", "LF040", "LF041", "LF042", "LF043",
    "LF044", "LF045", "LF046", "LF047", "LF048", "LF049", "LF050", "LF051", "LF052",
}  # fmt: skip
"""Those that a command line of docker can break."""
DESTRUCTIVE = 2_000
HARMLESS = 2_000


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_every_line_gets_its_verdict(path):
    machine = world(path)
    wrong = []
    for case in cases(path):
        words, variables = case.split()
        decision = judge(read(words, variables).effects, machine)
        if (decision.verdict.word, decision.rule) != (case.verdict, case.rule):
            wrong.append(f"{case}\n  {decision.verdict.word} {decision.rule} {decision.what}")
    assert not wrong, f"{len(wrong)} lines:\n" + "\n".join(wrong)


def test_there_are_enough_lines_of_each_category():
    found = [case for path in files() for case in cases(path)]
    verdicts = Counter("harmless" if case.verdict == "allow" else "stopped" for case in found)
    assert verdicts["stopped"] >= DESTRUCTIVE
    assert verdicts["harmless"] >= HARMLESS
    assert {case.category for case in found} == set(CATEGORIES)
    assert {case.rule for case in found} == {None, *RULES}
    assert len({(case.file, case.line) for case in found}) == len(found)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_the_corpus_is_what_its_families_make(path):
    assert path.read_text() == corpus(HERE / "families" / path.name)
