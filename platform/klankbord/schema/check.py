"""The walk over PostgreSQL's catalogue: each table must stand behind its wall.

Each query returns a fault per row, in words; no rows, no faults.
"""

from types import MappingProxyType

from sqlalchemy import Connection, text

# Each with the reason why it needs no tenant; nothing else may be without.
TENANT_FREE = MappingProxyType(
    {
        "tenant": "names the organisations; the app may only raise a revision",
        "tenant_host": "finds the organisation of a host, before there is a tenant",
        "due": "who has work, as ids and times: one query instead of one per tenant",
        "alembic_version": "the state of the schema; the owner writes it",
    }
)

_OWNED = """
with owned as (
    select c.oid, c.relname as name, c.relrowsecurity, c.relforcerowsecurity
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname <> all(:free)
)
"""
_POLICY = (
    "(tenant_id = (NULLIF(current_setting('klankbord.tenant'::text, true),"
    " ''::text))::uuid)"
)

QUERIES = (
    """select name || ': the primary key must be (tenant_id, id)' from owned
    where not exists (
        select from pg_constraint k where k.conrelid = owned.oid and k.contype = 'p'
        and (select array_agg(a.attname::text order by o.place)
             from unnest(k.conkey) with ordinality o(number, place)
             join pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.number)
            = array['tenant_id', 'id'])""",
    """select name || ': row-level security must be enabled and forced' from owned
    where not (relrowsecurity and relforcerowsecurity)""",
    """select name || ': needs exactly one policy, with the tenant on both sides'
    from owned where not coalesce((
        select count(*) = 1 and bool_and(
            p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
            and pg_get_expr(p.polqual, p.polrelid) = :policy
            and pg_get_expr(p.polwithcheck, p.polrelid) = :policy)
        from pg_policy p where p.polrelid = owned.oid), false)""",
    """select i.indexrelid::regclass || ': a unique index must start with tenant_id'
    from owned join pg_index i on i.indrelid = owned.oid
    where i.indisunique and (
        select attname from pg_attribute
        where attrelid = i.indrelid and attnum = i.indkey[0]
    ) is distinct from 'tenant_id'""",
    """select k.conname || ': a foreign key between owned tables starts with tenant_id'
    from pg_constraint k
    join owned a on a.oid = k.conrelid join owned b on b.oid = k.confrelid
    where k.contype = 'f' and not (
        (select attname from pg_attribute
         where attrelid = k.conrelid and attnum = k.conkey[1]) = 'tenant_id'
        and (select attname from pg_attribute
             where attrelid = k.confrelid and attnum = k.confkey[1]) = 'tenant_id')""",
    """select k.conname || ': SET NULL must not clear the tenant'
    from pg_constraint k join owned on owned.oid = k.conrelid
    where k.contype = 'f' and k.confdeltype = 'n' and (
        k.confdelsetcols is null or (
            select bool_or(a.attname = 'tenant_id') from pg_attribute a
            where a.attrelid = k.conrelid and a.attnum = any(k.confdelsetcols)))""",
    """select k.conname || ': a tenant-free table must not point into an owned one'
    from pg_constraint k join owned on owned.oid = k.confrelid
    where k.contype = 'f' and k.conrelid not in (select oid from owned)""",
    """select name || '.' || a.attname || ': an owned table has no sequence'
    from owned join pg_attribute a on a.attrelid = owned.oid
    where a.attnum > 0 and not a.attisdropped
    and (a.attidentity <> '' or pg_get_serial_sequence(name, a.attname) is not null)""",
    """select c.relname || ': a view must have security_invoker' from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'v'
    and not coalesce('security_invoker=true' = any(c.reloptions)
                     or 'security_invoker=on' = any(c.reloptions), false)""",
    """select c.relname || ': a materialised view ignores row-level security'
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'm'""",
    """select p.proname || ': a function must not run with its owner''s rights'
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.prosecdef""",
    """select r.rolname || ': must be no superuser and must not bypass security'
    from pg_roles r where r.rolname like 'klankbord\\_%'
    and (r.rolsuper or r.rolcreaterole
         or (r.rolbypassrls and r.rolname <> 'klankbord_backup'))""",
    """select m.member::regrole || ': must not be in the role ' || m.roleid::regrole
    from pg_auth_members m where m.member::regrole::text like 'klankbord\\_%'
    and (m.member::regrole::text, m.roleid::regrole::text)
        <> ('klankbord_backup', 'pg_read_all_data')""",
    """select g.table_name || ': klankbord_backup must not have ' || g.privilege_type
    from information_schema.role_table_grants g
    where g.grantee = 'klankbord_backup' and g.table_schema = 'public'""",
    """select c.relname || ': must not belong to ' || r.rolname from pg_class c
    join pg_roles r on r.oid = c.relowner
    where r.rolname in ('klankbord_app', 'klankbord_operator')""",
    """select g.table_name || ': ' || g.grantee || ' must not have ' || g.privilege_type
    from information_schema.role_table_grants g
    where g.table_schema = 'public'
    and g.grantee in ('klankbord_app', 'klankbord_operator', 'PUBLIC')
    and g.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')""",
)


def faults(connection: Connection) -> list[str]:
    """Return every fault of the walls, in words; an empty list is a sound schema."""
    free = list(TENANT_FREE)
    found: list[str] = []
    for query in QUERIES:
        values = {"policy": _POLICY} if ":policy" in query else {}
        rows = connection.execute(text(_OWNED + query), {"free": free, **values})
        found.extend(str(row[0]) for row in rows)
    return sorted(found)
