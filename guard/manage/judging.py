"""Decides about a command line of Django: rules LF060, LF061 and LF062."""

from typing import Final

from guard.decision import ALLOWED, Decision, Verdict
from guard.manage.attempt import Application, Attempt, Database
from guard.manage.commands import (
    DELIBERATE,
    DUMPDATA,
    HARMLESS,
    LOCKED_COMMANDS,
    MIGRATE,
    MIGRATE_NEEDS_PROOF,
    ONE_ENVIRONMENT,
    REFUSED,
    REPAIRS_MARKER,
    SECRET_MODELS,
)
from guard.manage.permit import PermitError

SETTINGS: Final = "config.settings"
_LOOKS: Final = ("plan", "check_unapplied")
"""Options of ``migrate`` with which it changes nothing."""
_PRETENDS: Final = ("fake", "fake_initial")
_ZERO: Final = "zero"


def judge(attempt: Attempt, application: Application) -> Decision:
    """Return whether the command may run; a migration's permit is used up by asking.

    A locked environment is judged by the settings alone where that is enough, so that a command
    is refused there whether or not the database answers.
    """
    if attempt.locked:
        refusal = _forbidden(attempt)
        if refusal is not None:
            return refusal
    if is_harmless(attempt) or attempt.command == REPAIRS_MARKER:
        return ALLOWED
    database = application.database()
    refusal = _other_environment(attempt, database)
    if refusal is not None:
        return refusal
    if attempt.locked and MIGRATE in attempt.names and not database.empty:
        return _migration(attempt, application)
    return ALLOWED


def is_harmless(attempt: Attempt) -> bool:
    """Tell whether the command changes no row, as far as Django's own are known."""
    looks = any(attempt.options.get(option) for option in _LOOKS)
    return attempt.command in HARMLESS or (attempt.command == MIGRATE and looks)


def _forbidden(attempt: Attempt) -> Decision | None:
    for name in sorted(attempt.names & REFUSED.keys()):
        does, way = REFUSED[name]
        return _refused(attempt, LOCKED_COMMANDS, f"{name} {does}", way)
    for name in sorted(attempt.names & DELIBERATE.keys()):
        option, does, way = DELIBERATE[name]
        if not attempt.options.get(option):
            what = f"{name} {does}, unless --{option.replace('_', '-')} says that it may"
            return _refused(attempt, LOCKED_COMMANDS, what, way)
    if str(attempt.options.get("settings") or SETTINGS) != SETTINGS or attempt.options.get(
        "pythonpath"
    ):
        return _refused(
            attempt,
            LOCKED_COMMANDS,
            "other settings or modules take the place of the application's own",
            "run it without --settings and --pythonpath",
        )
    if DUMPDATA in attempt.names:
        return _dump(attempt)
    if MIGRATE in attempt.names:
        return _never_migrated(attempt)
    return None


def _dump(attempt: Attempt) -> Decision | None:
    secrets = dumped(attempt.words("args"), attempt.words("exclude"))
    if not secrets:
        return None
    excluding = " ".join(f"--exclude {model}" for model in SECRET_MODELS)
    return _refused(
        attempt,
        LOCKED_COMMANDS,
        f"dumpdata writes out secrets: {', '.join(secrets)}",
        f"make backup ENV={{environment}}, or leave them out: {excluding}",
    )


def dumped(labels: tuple[str, ...], excluded: tuple[str, ...]) -> tuple[str, ...]:
    """Return the secret models in what ``dumpdata`` writes, given its arguments and exclusions.

    A label is an application's name or ``application.Model``, without a difference of case.
    """
    wanted = {label.lower() for label in labels}
    left_out = {label.lower() for label in excluded}
    return tuple(
        model
        for model in SECRET_MODELS
        if (not wanted or {model, model.partition(".")[0]} & wanted)
        and not {model, model.partition(".")[0]} & left_out
    )


def _never_migrated(attempt: Attempt) -> Decision | None:
    """Refuse what is wrong in a locked environment with any backup."""
    if attempt.options.get("migration_name") == _ZERO:
        what = "migrate to zero removes the application's tables with all that is in them"
        return _refused(attempt, MIGRATE_NEEDS_PROOF, what, _BACK)
    for option in _PRETENDS:
        if attempt.options.get(option):
            name = option.replace("_", "-")
            what = f"migrate --{name} records migrations that were not made"
            return _refused(attempt, MIGRATE_NEEDS_PROOF, what, "make migrate ENV={environment}")
    return None


_BACK: Final = (
    "write a migration that leads forward; or bring back what was: "
    "make restore ENV={environment} FILE=…"
)


def _migration(attempt: Attempt, application: Application) -> Decision:
    if application.goes_back():
        what = "this migrate leads back behind a migration that is applied, and drops what it made"
        return _refused(attempt, MIGRATE_NEEDS_PROOF, what, _BACK)
    try:
        backup = application.permit()
    except PermitError as why:
        what = f"migrations change data, and no proven backup stands behind this command: {why}"
        return _refused(attempt, MIGRATE_NEEDS_PROOF, what, "make migrate ENV={environment}")
    return Decision(Verdict.ALLOW, MIGRATE_NEEDS_PROOF, backup, "", (attempt.environment,))


def _other_environment(attempt: Attempt, database: Database) -> Decision | None:
    """Refuse a database that is not the environment's own, or may not be."""
    if database.problem is not None:
        if not attempt.locked:
            return None  # nothing of people's is there; Django itself says what is wrong
        return _refused(
            attempt,
            ONE_ENVIRONMENT,
            f"the database cannot be asked whether it is {attempt.environment}'s: "
            f"{database.problem}",
            "see that it runs: make status ENV={environment}",
        )
    if database.empty or database.marked == attempt.environment:
        return None
    if database.marked is None:
        if not attempt.locked:
            return None
        what = "the database does not say which environment it belongs to"
        return _refused(attempt, ONE_ENVIRONMENT, what, _MARK)
    what = f"the database belongs to {database.marked}, the settings to {attempt.environment}"
    return _refused(attempt, ONE_ENVIRONMENT, what, _TAKE_OVER)


_MARK: Final = "if it is {environment}'s, say so: python manage.py mark_environment"
_TAKE_OVER: Final = (
    "correct LEDGERFLOW_ENVIRONMENT or DATABASE_*; if this copy shall belong to {environment} "
    "from now on: python manage.py mark_environment --replace"
)


def _refused(attempt: Attempt, rule: str, what: str, way: str) -> Decision:
    return Decision(
        Verdict.REFUSE,
        rule,
        what,
        way.format(environment=attempt.environment),
        (attempt.environment,),
    )
