"""Every command of the application is judged on purpose: it is in one of the lock's lists."""

from pathlib import Path

import pytest
from test_manage_judging import Pretended, attempt, refused_by

from guard.decision import Verdict
from guard.manage.attempt import Database
from guard.manage.commands import CHANGING, DELIBERATE, HARMLESS, REFUSED, REPAIRS_MARKER
from guard.manage.judging import judge

pytestmark = pytest.mark.guard

OWN = {
    file.stem: file
    for file in sorted(Path("app").resolve().glob("*/management/commands/*.py"))
    if not file.stem.startswith("_")
}
LISTS = (HARMLESS, frozenset(REFUSED), CHANGING, frozenset(DELIBERATE), frozenset({REPAIRS_MARKER}))


def test_the_application_s_commands_are_found():
    assert {"ensure_admin", "load_demo", "mark_environment"} <= OWN.keys()


@pytest.mark.parametrize("name", OWN)
def test_each_is_in_one_list(name):
    lists = sum(name in each for each in LISTS)
    assert lists == 1, f"{OWN[name]}: put {name} into one of the lists of guard/manage/commands.py"


def test_no_list_names_a_command_of_ours_that_is_gone():
    assert (CHANGING | DELIBERATE.keys() | {REPAIRS_MARKER}) <= OWN.keys()


@pytest.mark.parametrize("name", sorted(DELIBERATE))
def test_some_run_where_documents_are_only_when_that_is_said(name):
    option, _, _ = DELIBERATE[name]
    nobody = Pretended()
    assert refused_by(judge(attempt(name, **{option: False}), nobody)) == "LF060"
    assert nobody.asked == []
    assert f"--{option.replace('_', '-')}" in judge(attempt(name), nobody).what
    assert judge(attempt(name, **{option: True}), Pretended()).verdict is Verdict.ALLOW
    there = attempt(name, environment="dev", locked=False, **{option: False})
    assert judge(there, Pretended(Database(marked="dev"))).verdict is Verdict.ALLOW
