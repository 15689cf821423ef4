select
  i.indrelid as relation,
  tn.nspname as schema,
  t.relname as table,
  c.relname as name,
  pg_catalog.pg_get_indexdef(c.oid) as definition,
  array(
    select coalesce(a.attname::pg_catalog.text, '')
    from pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality as k (attnum, position)
    left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum and k.attnum <> 0
    where k.position <= i.indnkeyatts
    order by k.position) as columns,
  array(
    select a.attname::pg_catalog.text
    from pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality as k (attnum, position)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where k.position > i.indnkeyatts
    order by k.position) as included,
  i.indisunique as unique,
  i.indisprimary as primary,
  i.indnullsnotdistinct as nulls_not_distinct,
  am.amname as method,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
  con.conname as constraint,
  i.indisvalid as valid,
  pn.nspname as parent_schema,
  pc.relname as parent_name,
  de.description as comment
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_am am on am.oid = c.relam
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
left join pg_catalog.pg_constraint con
  on con.conindid = i.indexrelid and con.conrelid = i.indrelid and con.contype in ('p', 'u', 'x')
left join pg_catalog.pg_inherits inh on inh.inhrelid = i.indexrelid
left join pg_catalog.pg_class pc on pc.oid = inh.inhparent
left join pg_catalog.pg_namespace pn on pn.oid = pc.relnamespace
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and de.objoid = c.oid and de.objsubid = 0
where i.indrelid = any (%(relations)s::pg_catalog.oid[])
order by i.indrelid, c.relname
