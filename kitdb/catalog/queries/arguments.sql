select
  p.oid as routine,
  nullif(p.proargnames[a.position], '') as name,
  case coalesce(p.proargmodes[a.position], 'i')
    when 'i' then 'in' when 'o' then 'out' when 'b' then 'inout' when 'v' then 'variadic' else 'table' end as mode,
  pg_catalog.pg_get_function_arg_default(p.oid, a.position::pg_catalog.int4) as default,
  pg_catalog.format_type(t.oid, null) as type_text,
  tn.nspname as type_schema,
  coalesce(el.typname, t.typname) as type_name,
  el.oid is not null as type_array,
  0 as dimensions,
  -1 as modifier
from pg_catalog.pg_proc p
cross join lateral pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]))
  with ordinality as a (type, position)
join pg_catalog.pg_type t on t.oid = a.type
left join pg_catalog.pg_type el on el.oid = t.typelem and el.typarray = t.oid
join pg_catalog.pg_namespace tn on tn.oid = coalesce(el.typnamespace, t.typnamespace)
where p.pronamespace = any (%(schemas)s::pg_catalog.oid[])
order by p.oid, a.position
