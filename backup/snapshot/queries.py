"""How each kind of object is described: queries that return a name and a description.

A description must come out the same from the original and from its restored copy, so there are
no numbers of rows in catalogs, no order of creation, and nothing that a dump does not keep:
whether an inherited column or constraint is also local, who granted a privilege, invalid indexes,
names of parts that the server makes by itself. Privileges and owners are those in effect.

`_mine` leaves out system schemas and temporary ones, `_no_member` what belongs to an extension.
"""

# ruff: noqa: S608 - queries are put together from parts of this file only

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from backup.snapshot.cluster import PRIVILEGES


def _privileges(acl: str, kind: str, owner: str) -> str:
    return f"array_to_string({PRIVILEGES.format(acl=acl, kind=kind, owner=owner)}, ';')"


def _mine(namespace: str = "n") -> str:
    return f"{namespace}.nspname <> 'information_schema' AND {namespace}.nspname !~ '^pg_'"


def _no_member(catalog: str, oid: str) -> str:
    return (
        f"NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{catalog}'::regclass"
        f" AND e.objid = {oid} AND e.deptype = 'e')"
    )


def _sorted(options: str) -> str:
    """Options in the order of their names, which a dump puts them in."""
    return f"ARRAY(SELECT unnest({options}) ORDER BY 1)::text"


_COLUMN_PRIVILEGES: Final = _privileges("a.attacl", "c", "c.relowner")
_COLUMNS: Final = f"""
(SELECT string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN 'NOT NULL' END,
        CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
        'identity=' || NULLIF(a.attidentity, '')::text,
        'generated=' || NULLIF(a.attgenerated, '')::text,
        'default ' || pg_get_expr(f.adbin, f.adrelid),
        'storage=' || a.attstorage::text, 'compression=' || NULLIF(a.attcompression, '')::text,
        'statistics=' || a.attstattarget, a.attoptions::text,
        {_sorted("a.attfdwoptions")},
        CASE WHEN a.attacl IS NOT NULL THEN {_COLUMN_PRIVILEGES} END,
        'comment ' || col_description(c.oid, a.attnum)), E'\\n'
        ORDER BY CASE WHEN EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
                 THEN 0 ELSE a.attnum END, a.attname COLLATE "C")
 FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
 LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
"""
"""Columns of relation `c`, in their order; of one with parents, in that of their names."""

QUERIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "schema": f"""
            SELECT quote_ident(nspname), concat_ws(E'\\n', pg_get_userbyid(nspowner),
                   {_privileges("nspacl", "n", "nspowner")}, obj_description(n.oid, 'pg_namespace'))
            FROM pg_namespace n WHERE {_mine()} AND {_no_member("pg_namespace", "n.oid")}""",
        "extension": """
            SELECT quote_ident(extname), concat_ws(E'\\n', n.nspname,
                   obj_description(x.oid, 'pg_extension'))
            FROM pg_extension x JOIN pg_namespace n ON n.oid = extnamespace""",
        "relation": f"""
            SELECT c.oid::regclass::text, concat_ws(E'\\n', c.relkind, c.relpersistence,
                   pg_get_userbyid(c.relowner), {_privileges("c.relacl", "r", "c.relowner")},
                   c.reloptions::text, 'identity ' || c.relreplident::text,
                   CASE WHEN c.relrowsecurity THEN 'ROW SECURITY' END,
                   CASE WHEN c.relforcerowsecurity THEN 'FORCED' END,
                   (SELECT amname FROM pg_am m WHERE m.oid = c.relam),
                   'of ' || NULLIF(c.reloftype, 0)::regtype::text,
                   CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,
                   pg_get_expr(c.relpartbound, c.oid),
                   (SELECT string_agg(inhparent::regclass::text, ',' ORDER BY inhseqno)
                    FROM pg_inherits WHERE inhrelid = c.oid),
                   CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
                   CASE WHEN c.relkind = 'm' THEN 'populated ' || c.relispopulated END,
                   (SELECT concat_ws(' ', s.srvname, {_sorted("ft.ftoptions")})
                    FROM pg_foreign_table ft
                    JOIN pg_foreign_server s ON s.oid = ft.ftserver WHERE ftrelid = c.oid),
                   obj_description(c.oid, 'pg_class'), {_COLUMNS})
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND c.relpersistence <> 't'
              AND {_mine()} AND {_no_member("pg_class", "c.oid")}""",
        "index": f"""
            SELECT i.indexrelid::regclass::text, concat_ws(E'\\n', pg_get_indexdef(i.indexrelid),
                   CASE WHEN i.indisclustered THEN 'CLUSTERED' END,
                   CASE WHEN i.indisreplident THEN 'IDENTITY' END,
                   (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid),
                   obj_description(c.oid, 'pg_class'))
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class r ON r.oid = i.indrelid
            WHERE (i.indisvalid OR c.relkind = 'I') AND c.relpersistence <> 't'
              AND r.relkind IN ('r', 'p', 'm') AND {_mine()}
              AND {_no_member("pg_class", "r.oid")}""",
        "sequence": f"""
            SELECT c.oid::regclass::text, concat_ws(E'\\n', c.relpersistence,
                   pg_get_userbyid(c.relowner), {_privileges("c.relacl", "s", "c.relowner")},
                   format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
                   s.seqcache, s.seqcycle, obj_description(c.oid, 'pg_class'),
                   (SELECT format('%s %s.%I', d.deptype, d.refobjid::regclass, a.attname)
                    FROM pg_depend d JOIN pg_attribute a
                      ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                      AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))
            FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relpersistence <> 't' AND {_mine()} AND {_no_member("pg_class", "c.oid")}""",
        "constraint": f"""
            SELECT concat_ws(' ', quote_ident(k.conname), 'on',
                   COALESCE(NULLIF(k.conrelid, 0)::regclass::text, k.contypid::regtype::text)),
                   concat_ws(E'\\n', pg_get_constraintdef(k.oid), k.convalidated,
                   obj_description(k.oid, 'pg_constraint'))
            FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
            WHERE k.contype <> 't' AND k.conparentid = 0 AND {_mine()}
              AND {_no_member("pg_class", "k.conrelid")}
              AND {_no_member("pg_type", "k.contypid")}""",
        "trigger": f"""
            SELECT format('%I on %s', g.tgname, g.tgrelid::regclass), concat_ws(E'\\n',
                   pg_get_triggerdef(g.oid), g.tgenabled, obj_description(g.oid, 'pg_trigger'))
            FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND {_mine()}
              AND {_no_member("pg_class", "c.oid")}""",
        "rule": f"""
            SELECT format('%I on %s', r.rulename, r.ev_class::regclass), concat_ws(E'\\n',
                   pg_get_ruledef(r.oid), r.ev_enabled, obj_description(r.oid, 'pg_rewrite'))
            FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE r.rulename <> '_RETURN' AND {_mine()} AND {_no_member("pg_class", "c.oid")}""",
        "policy": f"""
            SELECT format('%I on %s', p.polname, p.polrelid::regclass), concat_ws(E'\\n',
                   p.polcmd, p.polpermissive,
                   (SELECT string_agg(CASE u.role WHEN 0 THEN 'PUBLIC' ELSE
                           pg_get_userbyid(u.role) END, ',' ORDER BY 1)
                    FROM unnest(p.polroles) AS u (role)),
                   pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
                   obj_description(p.oid, 'pg_policy'))
            FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE {_mine()} AND {_no_member("pg_class", "c.oid")}""",
        "function": f"""
            SELECT p.oid::regprocedure::text, concat_ws(E'\\n', pg_get_userbyid(p.proowner),
                   {_privileges("p.proacl", "f", "p.proowner")},
                   CASE p.prokind WHEN 'a' THEN
                       (SELECT concat_ws(' ', g.aggkind, g.aggtransfn::regproc,
                               g.aggfinalfn::regproc, g.aggcombinefn::regproc,
                               g.aggtranstype::regtype, g.agginitval, g.aggsortop::regoperator)
                        FROM pg_aggregate g WHERE g.aggfnoid = p.oid)
                   ELSE pg_get_functiondef(p.oid) END,
                   obj_description(p.oid, 'pg_proc'))
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE {_mine()} AND {_no_member("pg_proc", "p.oid")}
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass
                              AND d.objid = p.oid AND d.deptype = 'i')""",
        "type": f"""
            SELECT t.oid::regtype::text, concat_ws(E'\\n', t.typtype, pg_get_userbyid(t.typowner),
                   {_privileges("t.typacl", "T", "t.typowner")},
                   (SELECT string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder)
                    FROM pg_enum WHERE enumtypid = t.oid),
                   CASE t.typtype WHEN 'd' THEN concat_ws(' ',
                       format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
                       t.typcollation::regcollation) END,
                   (SELECT concat_ws(' ', rngsubtype::regtype, rngmultitypid::regtype,
                           NULLIF(rngcollation, 0)::regcollation, rngcanonical, rngsubdiff)
                    FROM pg_range WHERE rngtypid = t.oid),
                   CASE t.typtype WHEN 'b' THEN concat_ws(' ', typinput, typoutput, typlen,
                       typbyval, typalign, typstorage, typdelim) END,
                   obj_description(t.oid, 'pg_type'))
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE {_mine()} AND t.typtype IN ('b', 'c', 'd', 'e', 'r')
              AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
              AND (t.typrelid = 0 OR EXISTS
                   (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
              AND {_no_member("pg_type", "t.oid")}""",
        "collation": f"""
            SELECT o.oid::regcollation::text, concat_ws(E'\\n', pg_get_userbyid(o.collowner),
                   o.collprovider, o.collisdeterministic, o.collencoding, o.collcollate,
                   o.collctype, o.colllocale, o.collicurules,
                   obj_description(o.oid, 'pg_collation'))
            FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
            WHERE {_mine()} AND {_no_member("pg_collation", "o.oid")}""",
        "operator": f"""
            SELECT o.oid::regoperator::text, concat_ws(E'\\n', pg_get_userbyid(o.oprowner),
                   o.oprcode, o.oprrest, o.oprjoin, o.oprcom::regoperator,
                   o.oprnegate::regoperator, o.oprcanhash, o.oprcanmerge,
                   obj_description(o.oid, 'pg_operator'))
            FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
            WHERE {_mine()} AND o.oprcode <> 0 AND {_no_member("pg_operator", "o.oid")}""",
        "operator class": f"""
            SELECT format('%I.%I using %s', n.nspname, o.opcname, m.amname), concat_ws(E'\\n',
                   pg_get_userbyid(o.opcowner), o.opcintype::regtype, o.opcdefault,
                   NULLIF(o.opckeytype, 0)::regtype, f.opfname,
                   (SELECT string_agg(concat_ws(' ', amopstrategy, amoppurpose,
                           amopopr::regoperator), ';'
                           ORDER BY amopstrategy, amopopr::regoperator::text)
                    FROM pg_amop WHERE amopfamily = o.opcfamily),
                   (SELECT string_agg(concat_ws(' ', amprocnum, amproc), ';'
                           ORDER BY amprocnum, amproc::text)
                    FROM pg_amproc WHERE amprocfamily = o.opcfamily))
            FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
            JOIN pg_am m ON m.oid = o.opcmethod JOIN pg_opfamily f ON f.oid = o.opcfamily
            WHERE {_mine()} AND {_no_member("pg_opclass", "o.oid")}""",
        "cast": f"""
            SELECT format('%s as %s', k.castsource::regtype, k.casttarget::regtype),
                   concat_ws(' ', NULLIF(k.castfunc, 0)::regprocedure, k.castcontext, k.castmethod)
            FROM pg_cast k WHERE k.oid >= 16384 AND {_no_member("pg_cast", "k.oid")}""",
        "language": f"""
            SELECT quote_ident(l.lanname), concat_ws(E'\\n', pg_get_userbyid(l.lanowner),
                   {_privileges("l.lanacl", "l", "l.lanowner")}, l.lanpltrusted)
            FROM pg_language l WHERE l.lanispl AND {_no_member("pg_language", "l.oid")}""",
        "text search configuration": f"""
            SELECT c.oid::regconfig::text, concat_ws(E'\\n', pg_get_userbyid(c.cfgowner),
                   (SELECT string_agg(concat_ws(' ', maptokentype, mapseqno,
                           mapdict::regdictionary), ';' ORDER BY maptokentype, mapseqno)
                    FROM pg_ts_config_map WHERE mapcfg = c.oid))
            FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
            WHERE {_mine()} AND {_no_member("pg_ts_config", "c.oid")}""",
        "text search dictionary": f"""
            SELECT d.oid::regdictionary::text, concat_ws(E'\\n', pg_get_userbyid(d.dictowner),
                   d.dictinitoption)
            FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace
            WHERE {_mine()} AND {_no_member("pg_ts_dict", "d.oid")}""",
        "statistics": f"""
            SELECT format('%I.%I', n.nspname, s.stxname), concat_ws(E'\\n',
                   pg_get_statisticsobjdef(s.oid), pg_get_userbyid(s.stxowner), s.stxstattarget)
            FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
            WHERE {_mine()} AND {_no_member("pg_statistic_ext", "s.oid")}""",
        "event trigger": f"""
            SELECT quote_ident(v.evtname), concat_ws(E'\\n', v.evtevent,
                   pg_get_userbyid(v.evtowner), v.evtenabled, v.evtfoid::regprocedure,
                   v.evttags::text, obj_description(v.oid, 'pg_event_trigger'))
            FROM pg_event_trigger v WHERE {_no_member("pg_event_trigger", "v.oid")}""",
        "publication": """
            SELECT quote_ident(p.pubname), concat_ws(E'\\n', pg_get_userbyid(p.pubowner),
                   p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate,
                   p.pubviaroot,
                   (SELECT string_agg(concat_ws(' ', r.prrelid::regclass, r.prattrs,
                           pg_get_expr(r.prqual, r.prrelid)), ';'
                           ORDER BY r.prrelid::regclass::text)
                    FROM pg_publication_rel r WHERE r.prpubid = p.oid),
                   (SELECT string_agg(s.pnnspid::regnamespace::text, ';'
                           ORDER BY s.pnnspid::regnamespace::text)
                    FROM pg_publication_namespace s WHERE s.pnpubid = p.oid),
                   obj_description(p.oid, 'pg_publication'))
            FROM pg_publication p""",
        "foreign server": f"""
            SELECT quote_ident(s.srvname), concat_ws(E'\\n', pg_get_userbyid(s.srvowner),
                   {_privileges("s.srvacl", "S", "s.srvowner")}, w.fdwname, s.srvtype, s.srvversion,
                   {_sorted("s.srvoptions")})
            FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
            WHERE {_no_member("pg_foreign_server", "s.oid")}""",
        "default privileges": """
            SELECT concat_ws(' ', pg_get_userbyid(d.defaclrole),
                   NULLIF(d.defaclnamespace, 0)::regnamespace, d.defaclobjtype),
                   (SELECT string_agg(concat_ws(' ', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE
                           pg_get_userbyid(grantee) END, privilege_type, is_grantable), ';'
                           ORDER BY grantee = 0, pg_get_userbyid(grantee), privilege_type)
                    FROM aclexplode(d.defaclacl))
            FROM pg_default_acl d""",
    }
)
"""Query of each kind of object; the kind stands before the name in `Contents.objects`."""
