select
  pr.prpubid as publication,
  n.nspname as schema,
  c.relname as name,
  array(
    select a.attname::pg_catalog.text
    from pg_catalog.unnest(pr.prattrs::pg_catalog.int2[]) as k (attnum)
    join pg_catalog.pg_attribute a on a.attrelid = pr.prrelid and a.attnum = k.attnum
    order by a.attname) as columns,
  pg_catalog.pg_get_expr(pr.prqual, pr.prrelid) as condition
from pg_catalog.pg_publication_rel pr
join pg_catalog.pg_class c on c.oid = pr.prrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relnamespace = any (%(schemas)s::pg_catalog.oid[])
order by pr.prpubid, n.nspname, c.relname
