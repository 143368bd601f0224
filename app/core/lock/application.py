"""What the lock asks of Django and of the database before a command runs."""

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.exceptions import AmbiguityError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from core.health.failures import describe
from core.marker import marked_environment
from guard.manage import permit
from guard.manage.attempt import Attempt, Database
from guard.manage.permit import PermitError


class DjangoApplication:
    """Answers for one command line."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self.backup: str | None = None
        """Id of the backup behind the permit that was used."""

    def database(self) -> Database:
        """Ask the database of the command to whom it belongs; its connection is closed again."""
        connection = self._connection()
        try:
            tables = set(connection.introspection.table_names())
            own = MigrationRecorder.Migration._meta.db_table
            applied = own in tables and bool(MigrationRecorder(connection).applied_migrations())
            empty = not applied and not tables - {own}
            return Database(marked=marked_environment(connection), empty=empty)
        except Error as error:
            return Database(problem=describe(error))
        finally:
            connection.close()

    def goes_back(self) -> bool:
        """Tell whether this ``migrate`` would undo a migration that is applied.

        A target that Django does not find leads nowhere: Django itself will say so.
        """
        connection = self._connection()
        try:
            executor = MigrationExecutor(connection)
            return any(
                backwards for _, backwards in executor.migration_plan(self._targets(executor))
            )
        except (AmbiguityError, KeyError):
            return False
        finally:
            connection.close()

    def permit(self) -> str:
        """Use up the permit of this command line and return its backup; raise PermitError."""
        text = os.environ.get(permit.VARIABLE)
        if not text:
            raise PermitError("it has no permit of the machine")
        given = permit.opened(text, settings.SECRET_KEY)
        permit.require(given, self._attempt.environment, self._attempt.argv, time.time())
        folder = os.environ.get("LEDGERFLOW_AUDIT")
        if not folder:
            raise PermitError("LEDGERFLOW_AUDIT names no folder to use its permit up in")
        permit.use(given, Path(folder))
        self.backup = given.backup
        return given.backup

    def _connection(self) -> BaseDatabaseWrapper:
        alias = self._attempt.options.get("database") or DEFAULT_DB_ALIAS
        return connections[str(alias)]

    def _targets(self, executor: MigrationExecutor) -> list[Any]:
        """Return where the command leads, as Django's own ``migrate`` understands its words."""
        label = self._attempt.options.get("app_label")
        if not label:
            return list(executor.loader.graph.leaf_nodes())
        name = self._attempt.options.get("migration_name")
        if not name:
            return [key for key in executor.loader.graph.leaf_nodes() if key[0] == label]
        found = executor.loader.get_migration_by_prefix(str(label), str(name))
        return [(str(label), found.name)]
