select
  n.nspname as schema,
  c.relname as name,
  pg_catalog.pg_get_userbyid(c.relowner) as owner,
  pg_catalog.format_type(s.seqtypid, null) as type,
  s.seqstart as start,
  s.seqincrement as increment,
  s.seqmin as minimum,
  s.seqmax as maximum,
  s.seqcache as cache,
  s.seqcycle as cycle,
  tn.nspname as owner_schema,
  t.relname as owner_table,
  a.attname as owner_column,
  coalesce(d.deptype = 'i', false) as identity,
  c.relpersistence = 'u' as unlogged,
  de.description as comment
from pg_catalog.pg_sequence s
join pg_catalog.pg_class c on c.oid = s.seqrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_depend d
  on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.objsubid = 0
  and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
left join pg_catalog.pg_class t on t.oid = d.refobjid
left join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and de.objoid = c.oid and de.objsubid = 0
where c.relnamespace = any (%(schemas)s::pg_catalog.oid[])
  and c.relpersistence <> 't'
  and not exists (
    select from pg_catalog.pg_depend e
    where e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and e.objid = c.oid and e.deptype = 'e')
order by n.nspname, c.relname
