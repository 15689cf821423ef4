select
  n.nspname as schema,
  st.stxname as name,
  tn.nspname as table_schema,
  t.relname as table_name,
  pg_catalog.pg_get_statisticsobjdef(st.oid) as definition,
  array(
    select case k.kind when 'd' then 'ndistinct' when 'f' then 'dependencies' when 'm' then 'mcv' else 'expressions' end
    from pg_catalog.unnest(st.stxkind) as k (kind)
    order by 1) as kinds,
  array(
    select a.attname::pg_catalog.text
    from pg_catalog.unnest(st.stxkeys::pg_catalog.int2[]) as k (attnum)
    join pg_catalog.pg_attribute a on a.attrelid = st.stxrelid and a.attnum = k.attnum
    order by a.attname) as columns,
  array(
    select e.expression
    from pg_catalog.unnest(pg_catalog.pg_get_statisticsobjdef_expressions(st.oid)) as e (expression)
    order by e.expression collate pg_catalog."C") as expressions,
  pg_catalog.pg_get_userbyid(st.stxowner) as owner,
  case when st.stxstattarget >= 0 then st.stxstattarget::pg_catalog.int4 end as target,
  de.description as comment
from pg_catalog.pg_statistic_ext st
join pg_catalog.pg_namespace n on n.oid = st.stxnamespace
join pg_catalog.pg_class t on t.oid = st.stxrelid
join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass and de.objoid = st.oid and de.objsubid = 0
where st.stxnamespace = any (%(schemas)s::pg_catalog.oid[])
order by n.nspname, st.stxname
