-- Whether the rows of storage.buckets can be read, and all of them: "no table", "denied", "filtered" or "readable".
select coalesce((
  select case
    when not pg_catalog.has_schema_privilege(n.oid, 'usage') or not pg_catalog.has_table_privilege(c.oid, 'select')
      then 'denied'
    when pg_catalog.row_security_active(c.oid) then 'filtered'
    else 'readable' end
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'storage' and c.relname = 'buckets' and c.relkind in ('r', 'p', 'v')), 'no table') as access
order by 1
