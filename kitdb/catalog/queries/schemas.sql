select n.nspname as name, pg_catalog.pg_get_userbyid(n.nspowner) as owner, de.description as comment
from pg_catalog.pg_namespace n
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and de.objoid = n.oid and de.objsubid = 0
where n.oid = any (%(schemas)s::pg_catalog.oid[])
order by n.nspname
