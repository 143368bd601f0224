"""What must be there before a dump is loaded: roles, the database, extensions of old versions.

A dump names owners and grantees that a fresh cluster does not have, and leaves out the database's
own properties; both come from the manifest.
"""

from collections.abc import Mapping
from typing import Final

from psycopg.sql import SQL, Composed, Identifier, Literal

from backup.contents import Contents, Database, Extension, Role
from backup.snapshot.session import Session, Source

_PROVIDERS: Final = {"c": "libc", "i": "icu", "b": "builtin"}
_HERE: Final = "[database] "
"""Before a role's setting that is for this database only."""
_LOCALES: Final = {"i": "ICU_LOCALE", "b": "BUILTIN_LOCALE"}


def prepare(maintenance: Source, name: str, contents: Contents) -> None:
    """Make the missing roles and the database `name`, empty, with its properties.

    `maintenance` leads a superuser to another database of that server. Settings and privileges
    are set by `finish`, when the dump is loaded. Psycopg's errors pass through.
    """
    with maintenance.connect() as session:
        make_roles(session, contents.roles)
        session.execute(_create(name, contents.database))


def make_roles(session: Session, roles: Mapping[str, Role]) -> list[str]:
    """Make the roles that are missing, without passwords; return their names."""
    there = {str(row[0]) for row in session.execute("SELECT rolname FROM pg_roles").fetchall()}
    missing = [name for name in roles if name not in there]
    for name in missing:
        attributes = " ".join(roles[name].attributes)
        session.execute(SQL("CREATE ROLE {} " + attributes).format(Identifier(name)))
    for name in missing:
        _complete(session, name, roles[name])
    return missing


def equip_superuser(maintenance: Source, contents: Contents) -> None:
    """Give a scratch cluster's first role what the original has; for after the loading."""
    name = contents.database.superuser
    if name in contents.roles:
        with maintenance.connect() as session:
            attributes = " ".join(contents.roles[name].attributes)
            session.execute(SQL("ALTER ROLE {} " + attributes).format(Identifier(name)))
            _complete(session, name, contents.roles[name])


def _complete(session: Session, name: str, role: Role) -> None:
    """Grant a role its memberships and give it its settings for all databases."""
    for grant in role.member_of:
        group, options = _grant(grant)
        words = SQL("GRANT " + group + " TO {} WITH " + options)
        session.execute(words.format(Identifier(name)))
    for setting in role.settings:
        if not setting.startswith(_HERE):
            session.execute(_set(SQL("ROLE {}").format(Identifier(name)), setting))


def finish(maintenance: Source, name: str, contents: Contents) -> None:
    """Give the database `name` its settings, privileges, comment and owner."""
    database = SQL("DATABASE {}").format(Identifier(name))
    with maintenance.connect() as session:
        session.execute(
            SQL("ALTER {} OWNER TO {}").format(database, Identifier(contents.database.owner))
        )
        for setting in contents.database.settings:
            session.execute(_set(database, setting))
        for role, described in contents.roles.items():
            for setting in described.settings:
                if setting.startswith(_HERE):
                    where = SQL("ROLE {} IN {}").format(Identifier(role), database)
                    session.execute(_set(where, setting.removeprefix(_HERE)))
        if contents.database.comment is not None:
            comment = Literal(contents.database.comment)
            session.execute(SQL("COMMENT ON {} IS {}").format(database, comment))
        _grant_all(session, database, contents.database)


def make_extensions(target: Source, contents: Contents) -> None:
    """Make extensions that are not at this server's default version, which a dump would take."""
    with target.connect() as session:
        rows = session.execute("SELECT name, default_version FROM pg_available_extensions")
        defaults = {str(name): str(version) for name, version in rows.fetchall()}
        for name, extension in contents.extensions.items():
            if name in defaults and defaults[name] != extension.version and _early(extension):
                words = SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA {} VERSION {} CASCADE")
                session.execute(
                    words.format(
                        Identifier(name),
                        Identifier(extension.namespace),
                        Literal(extension.version),
                    )
                )


def _early(extension: Extension) -> bool:
    """Whether its schema is there before the dump makes its own."""
    return extension.namespace in ("public", "pg_catalog")


def _create(name: str, database: Database) -> Composed:
    words = [
        SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)),
        SQL("ENCODING {}").format(Literal(database.encoding)),
        SQL("LOCALE_PROVIDER " + _PROVIDERS[database.locale_provider]),
        SQL("LC_COLLATE {}").format(Literal(database.collate)),
        SQL("LC_CTYPE {}").format(Literal(database.ctype)),
    ]
    if database.locale is not None and database.locale_provider in _LOCALES:
        locale = _LOCALES[database.locale_provider]
        words.append(SQL(locale + " {}").format(Literal(database.locale)))
    if database.icu_rules is not None:
        words.append(SQL("ICU_RULES {}").format(Literal(database.icu_rules)))
    return SQL(" ").join(words)


def _set(target: Composed, setting: str) -> Composed:
    name, _, value = setting.partition("=")
    return SQL("ALTER {} SET {} TO {}").format(target, SQL(name), _value(name, value))


def _value(name: str, value: str) -> Composed:
    """Write a setting's value; that of a list is stored as SQL wants it, each item quoted."""
    if name.lower() in _LISTS:
        return SQL("{}").format(SQL(value or "''"))
    return SQL("{}").format(Literal(value))


_LISTS: Final = frozenset(
    {
        "local_preload_libraries",
        "search_path",
        "session_preload_libraries",
        "shared_preload_libraries",
        "temp_tablespaces",
        "unix_socket_directories",
    }
)
"""Settings whose values are lists of names (GUC_LIST_QUOTE in the server's sources)."""


def _grant(grant: str) -> tuple[str, str]:
    """Split `role ADMIN FALSE, INHERIT TRUE, SET TRUE`, where role is quoted as needed."""
    at = grant.rindex(" ADMIN ")
    return grant[:at], grant[at + 1 :]


def _grant_all(session: Session, database: Composed, described: Database) -> None:
    """Put exactly the described privileges in place of those that are there by default."""
    owner = Identifier(described.owner)
    session.execute(SQL("REVOKE ALL ON {} FROM PUBLIC").format(database))
    session.execute(SQL("REVOKE ALL ON {} FROM {}").format(database, owner))
    for privilege in described.privileges:
        role, _, what = privilege.rpartition(": ")
        what, option, _ = what.partition(" WITH GRANT OPTION")
        end = " WITH GRANT OPTION" if option else ""
        session.execute(SQL("GRANT " + what + " ON {} TO " + role + end).format(database))
