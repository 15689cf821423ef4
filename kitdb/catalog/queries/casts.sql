select
  pg_catalog.format_type(c.castsource, null) as source,
  pg_catalog.format_type(c.casttarget, null) as target,
  c.castcontext in ('i', 'a') as assignment
from pg_catalog.pg_cast c
where c.castsource <> c.casttarget
order by 1, 2
