"""Django's commands by what they can do to an environment that holds people's documents."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LOCKED_COMMANDS: Final = "LF060"
MIGRATE_NEEDS_PROOF: Final = "LF061"
ONE_ENVIRONMENT: Final = "LF062"

_RESTORE: Final = "bring a backup back: make restore ENV={environment} FILE=…"
_COPY: Final = "look at a copy: make restore ENV={environment} INTO=dev FILE=…, then work in dev"

REFUSED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "flush": ("empties every table", _RESTORE),
        "sqlflush": ("prints the statements that empty every table", _RESTORE),
        "loaddata": ("writes over rows without a check", _RESTORE),
        "runserver": ("starts a server of development", "make up ENV={environment}"),
        "testserver": ("starts a server of development on test data", "make up ENV={environment}"),
        "test": ("makes and removes databases", "run the tests in a checkout: make test"),
        "shell": ("runs any statement, unseen by every rule", _COPY),
        "dbshell": ("runs any statement, unseen by every rule", _COPY),
        "diffsettings": (
            "prints the signing key and the database's password",
            "read one setting's source: Pulumi.{environment}.yaml, app/config/settings.py",
        ),
        "remove_stale_contenttypes": (
            "deletes rows, and all that refer to them",
            "write it as a migration; make migrate ENV={environment} applies it behind a backup",
        ),
    }
)
"""Never run in a locked environment: what each does, and the way to what it is run for."""

SECRET_MODELS: Final = ("auth.user", "sessions.session", "admin.logentry")
"""Models whose rows are secrets: password hashes, keys of signed-in sessions, and who did what."""

HARMLESS: Final = frozenset(
    {
        "help",
        "version",
        "check",
        "collectstatic",
        "compilemessages",
        "findstatic",
        "inspectdb",
        "makemessages",
        "makemigrations",
        "optimizemigration",
        "sendtestemail",
        "showmigrations",
        "sqlmigrate",
        "sqlsequencereset",
        "squashmigrations",
        "startapp",
        "startproject",
        "wait_for_database",
    }
)
"""They read, print or write files of the container; no row of a database changes."""

CHANGING: Final = frozenset(
    {"create_first_admin", "ensure_admin", "rotation", "search_rebuild", "sync_tools"}
)
"""LedgerFlow's own that write rows, and are meant for environments with documents too.

Every command of the application is in one of the sets here; a test says which one is not."""

DELIBERATE: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "load_demo": (
            "beside_own_documents",
            "adds invented documents and transactions to people's own",
            "try it where there are none: make demo ENV=dev",
        )
    }
)
"""Run in a locked environment only with this option, as Django names it: what each does otherwise,
and the way to what it is run for."""

REPAIRS_MARKER: Final = "mark_environment"
"""Makes settings and database agree; so it cannot ask for that."""

MIGRATE: Final = "migrate"
DUMPDATA: Final = "dumpdata"
