-- Whether the rows of storage.buckets can be read, and all of them: "no table", "denied", "filtered" or "readable".
select case
  when b.oid is null then 'no table'
  when not pg_catalog.has_schema_privilege('storage', 'usage')
    or not pg_catalog.has_table_privilege(b.oid, 'select') then 'denied'
  when pg_catalog.row_security_active(b.oid) then 'filtered'
  else 'readable' end as access
from (select pg_catalog.to_regclass('storage.buckets')::pg_catalog.oid as oid) as b
order by 1
