-- On the platform's own tables, the triggers that call functions of the table's own schema are the platform's.
select
  tg.tgrelid as relation,
  n.nspname as schema,
  c.relname as table,
  tg.tgname as name,
  pg_catalog.pg_get_triggerdef(tg.oid) as definition,
  pn.nspname as function_schema,
  p.proname as function_name,
  case tg.tgenabled
    when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end as enabled,
  con.conname as constraint,
  tg.tgparentid <> 0 as inherited,
  de.description as comment
from pg_catalog.pg_trigger tg
join pg_catalog.pg_class c on c.oid = tg.tgrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_proc p on p.oid = tg.tgfoid
join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
left join pg_catalog.pg_constraint con on con.oid = tg.tgconstraint
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass and de.objoid = tg.oid and de.objsubid = 0
where tg.tgrelid = any (%(relations)s::pg_catalog.oid[])
  and not tg.tgisinternal
  and not (tg.tgrelid = any (%(managed)s::pg_catalog.oid[]) and p.pronamespace = c.relnamespace)
order by tg.tgrelid, tg.tgname
