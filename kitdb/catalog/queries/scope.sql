-- What is read: whose objects are the project's, and which relations of the platform's schemas it built upon.
with user_schema as (
  select n.oid, n.nspname
  from pg_catalog.pg_namespace n
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and case when %(schemas)s::pg_catalog.text[] is null
      then n.nspname <> all (%(managed)s::pg_catalog.text[]) and n.nspname !~ %(managed_pattern)s
      else n.nspname = any (%(schemas)s::pg_catalog.text[]) end
    and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.objid = n.oid and d.deptype = 'e')
),
platform_schema as (
  select n.oid
  from pg_catalog.pg_namespace n
  where %(schemas)s::pg_catalog.text[] is null
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and n.oid not in (select u.oid from user_schema u)
),
relation as (
  select c.oid, c.relnamespace
  from pg_catalog.pg_class c
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and c.relpersistence <> 't'
    and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.objsubid = 0
        and d.deptype = 'e')
),
own as (
  select r.oid from relation r where r.relnamespace in (select u.oid from user_schema u)
),
used as (
  select pol.polrelid as oid
  from pg_catalog.pg_policy pol
  union
  -- The platform's own triggers call functions of the table's own schema.
  select tg.tgrelid
  from pg_catalog.pg_trigger tg
  join pg_catalog.pg_class c on c.oid = tg.tgrelid
  join pg_catalog.pg_proc p on p.oid = tg.tgfoid
  where not tg.tgisinternal and p.pronamespace <> c.relnamespace
  union
  select con.confrelid
  from pg_catalog.pg_constraint con
  where con.contype = 'f' and con.conrelid in (select o.oid from own o)
),
built_upon as (
  select r.oid
  from relation r
  where r.relnamespace in (select p.oid from platform_schema p) and r.oid in (select u.oid from used u)
)
select
  coalesce((select pg_catalog.array_agg(u.oid order by u.nspname) from user_schema u), '{}') as schemas,
  coalesce((select pg_catalog.array_agg(o.oid order by o.oid) from own o), '{}') as own,
  coalesce((select pg_catalog.array_agg(b.oid order by b.oid) from built_upon b), '{}') as managed
order by 1
