-- Every privilege that holds: where nothing was ever granted or revoked, the built-in ones.
with acl as (
  select
    'table' as kind, pg_catalog.format('%%I.%%I', n.nspname, c.relname) as object, null::pg_catalog.name as column,
    coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner)) as items
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = any (%(relations)s::pg_catalog.oid[])
  union all
  select 'column', pg_catalog.format('%%I.%%I', n.nspname, c.relname), a.attname, a.attacl
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid = any (%(relations)s::pg_catalog.oid[]) and a.attacl is not null and not a.attisdropped
  union all
  select
    'sequence', pg_catalog.format('%%I.%%I', n.nspname, c.relname), null,
    coalesce(c.relacl, pg_catalog.acldefault('s', c.relowner))
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'S' and c.relpersistence <> 't' and c.relnamespace = any (%(schemas)s::pg_catalog.oid[])
    and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and e.objid = c.oid and e.deptype = 'e')
  union all
  select
    'function', p.oid::pg_catalog.regprocedure::pg_catalog.text, null,
    coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))
  from pg_catalog.pg_proc p
  where p.pronamespace = any (%(schemas)s::pg_catalog.oid[])
    and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and e.objid = p.oid and e.deptype in ('e', 'i'))
  union all
  select
    'type', pg_catalog.format('%%I.%%I', n.nspname, t.typname), null,
    coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))
  from pg_catalog.pg_type t
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  left join pg_catalog.pg_class c on c.oid = t.typrelid
  where t.typnamespace = any (%(schemas)s::pg_catalog.oid[])
    and (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and c.relkind = 'c')
    and not exists (
      select from pg_catalog.pg_depend e
      where e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and e.objid = t.oid and e.deptype = 'e')
  union all
  select
    'schema', pg_catalog.format('%%I', n.nspname), null, coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))
  from pg_catalog.pg_namespace n
  where n.oid = any (%(schemas)s::pg_catalog.oid[])
  union all
  -- Copies of a database differ in name.
  select 'database', '', null, coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))
  from pg_catalog.pg_database d
  where d.datname = pg_catalog.current_database()
)
select
  acl.kind,
  acl.object,
  (case when x.grantee = 0 then 'public' else pg_catalog.pg_get_userbyid(x.grantee)::pg_catalog.text end)
    collate pg_catalog."C" as grantee,
  pg_catalog.lower(x.privilege_type) collate pg_catalog."C" as privilege,
  x.is_grantable as grantable,
  pg_catalog.pg_get_userbyid(x.grantor) as grantor,
  acl.column
from acl
cross join lateral pg_catalog.aclexplode(acl.items) as x
order by acl.kind collate pg_catalog."C", acl.object collate pg_catalog."C", acl.column nulls first,
  grantee, privilege, grantor
