"""What belongs to the cluster or the database as a whole: roles, settings, locale, version.

A dump of one database leaves all of it out, so the manifest carries it.
"""

from typing import cast

from backup.contents import Database, Extension, Role
from backup.manifest import Server
from backup.snapshot.session import Session, one

PRIVILEGES = """
ARRAY(SELECT format('%s: %s%s', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE
             quote_ident(pg_get_userbyid(grantee)) END,
             privilege_type, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
      FROM aclexplode(COALESCE({acl}, acldefault('{kind}', {owner}))) ORDER BY 1)
"""
"""Who may do what, the same whether written down or by default, in a fixed order."""


def server(session: Session) -> Server:
    """Return what tells this server and database from others."""
    row = one(
        session,
        "SELECT current_setting('server_version'), current_setting('server_version_num')::int,"
        " (SELECT system_identifier::text FROM pg_control_system()), current_database()",
    )
    return Server(
        version=str(row[0]).split()[0],
        version_number=cast(int, row[1]),
        system_identifier=str(row[2]),
        database=str(row[3]),
    )


def database(session: Session) -> Database:
    """Return the properties of the session's database."""
    privileges = PRIVILEGES.format(acl="datacl", kind="d", owner="datdba")
    row = one(
        session,
        f"""
        SELECT pg_encoding_to_char(encoding), datlocprovider::text, datcollate, datctype, datlocale,
               daticurules, pg_get_userbyid(datdba), shobj_description(oid, 'pg_database'),
               ARRAY(SELECT unnest(setconfig) FROM pg_db_role_setting
                     WHERE setdatabase = d.oid AND setrole = 0 ORDER BY 1),
               {privileges}, (SELECT rolname FROM pg_roles WHERE oid = 10)
        FROM pg_database d WHERE datname = current_database()
        """,  # noqa: S608 - parts of ours
    )
    return Database(
        encoding=str(row[0]),
        locale_provider=str(row[1]),
        collate=str(row[2]),
        ctype=str(row[3]),
        locale=_text(row[4]),
        icu_rules=_text(row[5]),
        owner=str(row[6]),
        comment=_text(row[7]),
        settings=tuple(cast(list[str], row[8])),
        privileges=tuple(cast(list[str], row[9])),
        superuser=str(row[10]),
    )


def roles(session: Session) -> dict[str, Role]:
    """Return every role that somebody made; no passwords."""
    rows = session.execute(
        """
        SELECT rolname,
               ARRAY(SELECT word FROM (VALUES
                   (CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END),
                   (CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END),
                   (CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END),
                   (CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END),
                   (CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END),
                   (CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END),
                   (CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END),
                   ('CONNECTION LIMIT ' || rolconnlimit),
                   ('VALID UNTIL ' || quote_literal(rolvaliduntil))
               ) AS words (word) WHERE word IS NOT NULL ORDER BY 1),
               ARRAY(SELECT format('%I ADMIN %s, INHERIT %s, SET %s', pg_get_userbyid(roleid),
                                   upper(admin_option::text), upper(inherit_option::text),
                                   upper(set_option::text))
                     FROM pg_auth_members WHERE member = r.oid ORDER BY 1),
               ARRAY(SELECT CASE WHEN setdatabase = 0 THEN '' ELSE '[database] ' END || setting
                     FROM pg_db_role_setting, unnest(setconfig) AS setting
                     WHERE setrole = r.oid AND setdatabase IN
                         (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
                     ORDER BY 1)
        FROM pg_roles r WHERE rolname !~ '^pg_'
        """
    ).fetchall()
    return {
        str(name): Role(
            attributes=tuple(cast(list[str], attributes)),
            member_of=tuple(cast(list[str], members)),
            settings=tuple(cast(list[str], settings)),
        )
        for name, attributes, members, settings in rows
    }


def extensions(session: Session) -> dict[str, Extension]:
    """Return the installed extensions."""
    rows = session.execute(
        "SELECT extname, extversion, nspname FROM pg_extension JOIN pg_namespace n"
        " ON n.oid = extnamespace"
    ).fetchall()
    return {str(n): Extension(version=str(v), namespace=str(s)) for n, v, s in rows}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
