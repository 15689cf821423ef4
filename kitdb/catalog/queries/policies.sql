select
  pol.polrelid as relation,
  n.nspname as schema,
  c.relname as table,
  pol.polname as name,
  case pol.polcmd
    when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as command,
  pol.polpermissive as permissive,
  array(
    select coalesce(r.rolname::pg_catalog.text, 'public')
    from pg_catalog.unnest(pol.polroles) as p (oid)
    left join pg_catalog.pg_roles r on r.oid = p.oid
    order by coalesce(r.rolname, 'public')) as roles,
  pg_catalog.pg_get_expr(pol.polqual, pol.polrelid) as using,
  pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid) as with_check,
  de.description as comment
from pg_catalog.pg_policy pol
join pg_catalog.pg_class c on c.oid = pol.polrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass and de.objoid = pol.oid and de.objsubid = 0
where pol.polrelid = any (%(relations)s::pg_catalog.oid[])
order by pol.polrelid, pol.polname
