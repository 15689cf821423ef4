-- NOT NULL, of which Postgres 18 has a row, is the domain's flag.
select
  con.contypid as type,
  con.conname as name,
  n.nspname as schema,
  t.typname as on,
  'check' as kind,
  pg_catalog.pg_get_constraintdef(con.oid) as definition,
  pg_catalog.pg_get_expr(con.conbin, 0) as expression,
  null as references_schema,
  null as references_name,
  con.convalidated as validated,
  de.description as comment
from pg_catalog.pg_constraint con
join pg_catalog.pg_type t on t.oid = con.contypid
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and de.objoid = con.oid and de.objsubid = 0
where t.typnamespace = any (%(schemas)s::pg_catalog.oid[])
  and con.contype = 'c'
order by con.contypid, con.conname
