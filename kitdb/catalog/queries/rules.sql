select
  r.ev_class as relation,
  n.nspname as schema,
  c.relname as table,
  r.rulename as name,
  pg_catalog.pg_get_ruledef(r.oid) as definition,
  case r.ev_enabled
    when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end as enabled,
  de.description as comment
from pg_catalog.pg_rewrite r
join pg_catalog.pg_class c on c.oid = r.ev_class
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and de.objoid = r.oid and de.objsubid = 0
where r.ev_class = any (%(relations)s::pg_catalog.oid[])
  and r.rulename <> '_RETURN'
order by r.ev_class, r.rulename
