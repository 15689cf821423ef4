-- Those that call the project's functions; the platform's call its own.
select
  ev.evtname as name,
  ev.evtevent as event,
  n.nspname as function_schema,
  p.proname as function_name,
  pg_catalog.pg_get_userbyid(ev.evtowner) as owner,
  array(select t.tag from pg_catalog.unnest(ev.evttags) as t (tag) order by t.tag collate pg_catalog."C") as tags,
  case ev.evtenabled
    when 'O' then 'origin' when 'D' then 'disabled' when 'R' then 'replica' else 'always' end as enabled,
  de.description as comment
from pg_catalog.pg_event_trigger ev
join pg_catalog.pg_proc p on p.oid = ev.evtfoid
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass and de.objoid = ev.oid and de.objsubid = 0
where p.pronamespace = any (%(schemas)s::pg_catalog.oid[])
  and not exists (
    select from pg_catalog.pg_depend e
    where e.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass and e.objid = ev.oid and e.deptype = 'e')
order by ev.evtname
