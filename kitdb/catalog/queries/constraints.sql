-- A constraint trigger's row is left to its trigger. Postgres 18 has a row for
-- every NOT NULL: it says more than the column's flag only where it is not valid or not inherited.
select
  con.conrelid as relation,
  con.conname as name,
  rn.nspname as schema,
  r.relname as on,
  case con.contype
    when 'p' then 'primary key' when 'u' then 'unique' when 'c' then 'check' when 'f' then 'foreign key'
    when 'x' then 'exclude' else 'not null' end as kind,
  pg_catalog.pg_get_constraintdef(con.oid) as definition,
  coalesce((
    select pg_catalog.array_agg(a.attname::pg_catalog.text order by k.position)
    from pg_catalog.unnest(con.conkey) with ordinality as k (attnum, position)
    join pg_catalog.pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.attnum), '{}') as columns,
  pg_catalog.pg_get_expr(con.conbin, con.conrelid) as expression,
  fn.nspname as references_schema,
  f.relname as references_name,
  coalesce((
    select pg_catalog.array_agg(a.attname::pg_catalog.text order by k.position)
    from pg_catalog.unnest(con.confkey) with ordinality as k (attnum, position)
    join pg_catalog.pg_attribute a on a.attrelid = con.confrelid and a.attnum = k.attnum), '{}') as referenced_columns,
  case con.confupdtype
    when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null'
    when 'd' then 'set default' end as on_update,
  case con.confdeltype
    when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null'
    when 'd' then 'set default' end as on_delete,
  con.convalidated as validated,
  coalesce((pg_catalog.to_jsonb(con) ->> 'conenforced')::pg_catalog.bool, true) as enforced,
  con.condeferrable as deferrable,
  con.condeferred as deferred,
  con.coninhcount > 0 or con.conparentid <> 0 as inherited,
  case when con.contype in ('p', 'u', 'x') then ic.relname end as index,
  de.description as comment
from pg_catalog.pg_constraint con
join pg_catalog.pg_class r on r.oid = con.conrelid
join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
left join pg_catalog.pg_class f on f.oid = con.confrelid
left join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
left join pg_catalog.pg_class ic on ic.oid = con.conindid
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and de.objoid = con.oid and de.objsubid = 0
where con.conrelid = any (%(relations)s::pg_catalog.oid[])
  and con.contype <> 't'
  and not (con.contype = 'n' and con.convalidated and not con.connoinherit)
  -- A foreign key to a partitioned table has a row more for each of its partitions.
  and not exists (
    select from pg_catalog.pg_constraint whole where whole.oid = con.conparentid and whole.conrelid = con.conrelid)
order by con.conrelid, con.conname
