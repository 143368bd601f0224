"""Django's commands in a locked environment: refused, with the way; looked at, left alone."""

import pytest

from guard.decision import Verdict
from guard.manage.attempt import Attempt, Database
from guard.manage.commands import REFUSED, SECRET_MODELS
from guard.manage.judging import dumped, judge
from guard.manage.permit import PermitError

pytestmark = pytest.mark.guard


class Pretended:
    """An application whose database and permit are as a test says."""

    def __init__(self, database=None, *, back=False, permit="ledgerflow_db_backup_1"):
        self._database = database or Database(marked="prod")
        self._back = back
        self._permit = permit
        self.asked = []

    def database(self):
        self.asked.append("database")
        return self._database

    def goes_back(self):
        self.asked.append("plan")
        return self._back

    def permit(self):
        self.asked.append("permit")
        if self._permit is None:
            raise PermitError("it has no permit of the machine")
        return self._permit


def attempt(*argv, environment="prod", locked=True, kinds=(), **options):
    return Attempt(environment, locked, argv, frozenset(kinds), options)


def refused_by(decision):
    assert decision.verdict is Verdict.REFUSE
    assert decision.what
    assert decision.way
    assert "{" not in decision.way
    return decision.rule


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_locked_commands_are_refused_without_asking_the_database(name):
    nobody = Pretended(Database(problem="cannot be reached"))
    assert refused_by(judge(attempt(name), nobody)) == "LF060"
    assert nobody.asked == []


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_the_same_commands_are_development_s_own_business(name):
    there = attempt(name, environment="dev", locked=False)
    assert judge(there, Pretended(Database(marked="dev"))).verdict is Verdict.ALLOW


def test_a_command_of_another_name_made_of_a_locked_one_is_refused():
    made = attempt("reset", kinds={"reset", "flush"})
    assert refused_by(judge(made, Pretended())) == "LF060"


@pytest.mark.parametrize("name", ["createsuperuser", "changepassword", "clearsessions", "own"])
def test_other_commands_run_on_the_environment_s_own_database(name):
    assert judge(attempt(name), Pretended()).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    "option", [{"settings": "elsewhere"}, {"pythonpath": "/tmp"}, {"settings": "config.settings2"}]
)
def test_other_settings_are_refused(option):
    assert refused_by(judge(attempt("check", **option), Pretended())) == "LF060"


def test_the_application_s_own_settings_may_be_named():
    assert judge(attempt("check", settings="config.settings"), Pretended()).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("labels", "excluded", "secrets"),
    [
        ((), (), SECRET_MODELS),
        (("auth",), (), ("auth.user",)),
        (("auth.User",), (), ("auth.user",)),
        (("core",), (), ()),
        (("auth.Group",), (), ()),
        ((), ("auth", "sessions", "admin"), ()),
        ((), ("auth.User", "sessions.session", "admin.LogEntry"), ()),
        ((), ("auth.Group",), SECRET_MODELS),
        (("auth", "sessions"), ("auth.user",), ("sessions.session",)),
    ],
)
def test_what_of_a_dump_is_secret(labels, excluded, secrets):
    assert dumped(labels, excluded) == secrets
    answer = judge(attempt("dumpdata", args=list(labels), exclude=list(excluded)), Pretended())
    assert (answer.verdict is Verdict.REFUSE) == bool(secrets)
    if secrets:
        assert all(name in answer.what for name in secrets)


@pytest.mark.parametrize(
    "options", [{"migration_name": "zero"}, {"fake": True}, {"fake_initial": True}]
)
def test_no_backup_makes_these_migrations_right(options):
    application = Pretended()
    assert refused_by(judge(attempt("migrate", "core", **options), application)) == "LF061"
    assert application.asked == []


def test_a_migration_backwards_is_refused_before_its_permit_is_used():
    application = Pretended(back=True)
    assert refused_by(judge(attempt("migrate", "core", "0001"), application)) == "LF061"
    assert "permit" not in application.asked


def test_a_migration_needs_a_permit_and_names_its_backup():
    refused = judge(attempt("migrate"), Pretended(permit=None))
    assert refused_by(refused) == "LF061"
    assert refused.way == "make migrate ENV=prod"
    allowed = judge(attempt("migrate"), Pretended())
    assert (allowed.verdict, allowed.rule) == (Verdict.ALLOW, "LF061")
    assert allowed.what == "ledgerflow_db_backup_1"


def test_the_first_migration_of_an_empty_database_needs_none():
    application = Pretended(Database(empty=True), permit=None)
    assert judge(attempt("migrate"), application).verdict is Verdict.ALLOW


@pytest.mark.parametrize("option", ["plan", "check_unapplied"])
def test_looking_at_migrations_asks_nobody(option):
    application = Pretended(Database(problem="cannot be reached"))
    assert judge(attempt("migrate", **{option: True}), application).verdict is Verdict.ALLOW
    assert application.asked == []


def test_development_migrates_as_it_likes():
    there = attempt("migrate", environment="dev", locked=False)
    application = Pretended(Database(marked="dev"), permit=None, back=True)
    assert judge(there, application).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("environment", "locked", "database", "refused"),
    [
        ("prod", True, Database(marked="dev"), True),
        ("dev", False, Database(marked="prod"), True),
        ("prod", True, Database(), True),
        ("dev", False, Database(), False),
        ("prod", True, Database(problem="cannot be reached"), True),
        ("dev", False, Database(problem="cannot be reached"), False),
        ("prod", True, Database(empty=True), False),
    ],
)
def test_settings_and_database_agree(environment, locked, database, refused):
    answer = judge(
        attempt("changepassword", environment=environment, locked=locked), Pretended(database)
    )
    assert (answer.verdict is Verdict.REFUSE) == refused
    if refused:
        assert refused_by(answer) == "LF062"


def test_what_needs_no_database_and_what_repairs_it_runs_on_another_one_too():
    for name in ("check", "collectstatic", "mark_environment"):
        application = Pretended(Database(marked="dev"))
        assert judge(attempt(name), application).verdict is Verdict.ALLOW
        assert application.asked == []
