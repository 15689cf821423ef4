-- What exists and has no place in the model. 16384: the first oid that is not Postgres's own.
with found as (
  select 'pg_catalog.pg_cast'::pg_catalog.regclass as class, c.oid, 'cast ' || pg_catalog.format_type(c.castsource, null)
    || ' → ' || pg_catalog.format_type(c.casttarget, null) as what
  from pg_catalog.pg_cast c
  union all
  select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, 'operator ' || o.oid::pg_catalog.regoperator::pg_catalog.text
  from pg_catalog.pg_operator o
  where o.oprnamespace = any (%(schemas)s::pg_catalog.oid[])
  union all
  select 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid, pg_catalog.format('operator class %%I.%%I', n.nspname, o.opcname)
  from pg_catalog.pg_opclass o
  join pg_catalog.pg_namespace n on n.oid = o.opcnamespace
  where n.oid = any (%(schemas)s::pg_catalog.oid[])
  union all
  select 'pg_catalog.pg_opfamily'::pg_catalog.regclass, o.oid, pg_catalog.format('operator family %%I.%%I', n.nspname, o.opfname)
  from pg_catalog.pg_opfamily o
  join pg_catalog.pg_namespace n on n.oid = o.opfnamespace
  where n.oid = any (%(schemas)s::pg_catalog.oid[])
  union all
  select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, t.oid,
    pg_catalog.format('text search configuration %%I.%%I', n.nspname, t.cfgname)
  from pg_catalog.pg_ts_config t
  join pg_catalog.pg_namespace n on n.oid = t.cfgnamespace
  where n.oid = any (%(schemas)s::pg_catalog.oid[])
  union all
  select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, t.oid,
    pg_catalog.format('text search dictionary %%I.%%I', n.nspname, t.dictname)
  from pg_catalog.pg_ts_dict t
  join pg_catalog.pg_namespace n on n.oid = t.dictnamespace
  where n.oid = any (%(schemas)s::pg_catalog.oid[])
  union all
  select 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, t.oid,
    pg_catalog.format('text search parser %%I.%%I', n.nspname, t.prsname)
  from pg_catalog.pg_ts_parser t
  join pg_catalog.pg_namespace n on n.oid = t.prsnamespace
  where n.oid = any (%(schemas)s::pg_catalog.oid[])
  union all
  select 'pg_catalog.pg_ts_template'::pg_catalog.regclass, t.oid,
    pg_catalog.format('text search template %%I.%%I', n.nspname, t.tmplname)
  from pg_catalog.pg_ts_template t
  join pg_catalog.pg_namespace n on n.oid = t.tmplnamespace
  where n.oid = any (%(schemas)s::pg_catalog.oid[])
  union all
  select 'pg_catalog.pg_transform'::pg_catalog.regclass, t.oid,
    pg_catalog.format('transform for %%s language %%I', pg_catalog.format_type(t.trftype, null), l.lanname)
  from pg_catalog.pg_transform t
  join pg_catalog.pg_language l on l.oid = t.trflang
  union all
  select 'pg_catalog.pg_collation'::pg_catalog.regclass, c.oid, pg_catalog.format('collation %%I.%%I', n.nspname, c.collname)
  from pg_catalog.pg_collation c
  join pg_catalog.pg_namespace n on n.oid = c.collnamespace
  where n.oid = any (%(schemas)s::pg_catalog.oid[])
  union all
  select 'pg_catalog.pg_conversion'::pg_catalog.regclass, c.oid, pg_catalog.format('conversion %%I.%%I', n.nspname, c.conname)
  from pg_catalog.pg_conversion c
  join pg_catalog.pg_namespace n on n.oid = c.connamespace
  where n.oid = any (%(schemas)s::pg_catalog.oid[])
  union all
  select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 'base type ' || pg_catalog.format_type(t.oid, null)
  from pg_catalog.pg_type t
  where t.typnamespace = any (%(schemas)s::pg_catalog.oid[]) and t.typtype in ('b', 'p')
    and not exists (select from pg_catalog.pg_type el where el.typarray = t.oid)
  union all
  select 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, f.oid,
    pg_catalog.format('foreign data wrapper %%I', f.fdwname)
  from pg_catalog.pg_foreign_data_wrapper f
  union all
  select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, f.oid, pg_catalog.format('foreign server %%I', f.srvname)
  from pg_catalog.pg_foreign_server f
  union all
  select 'pg_catalog.pg_user_mapping'::pg_catalog.regclass, u.umid,
    pg_catalog.format('user mapping for %%s server %%I', u.usename, u.srvname)
  from pg_catalog.pg_user_mappings u
  union all
  select 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, pg_catalog.format('language %%I', l.lanname)
  from pg_catalog.pg_language l
  union all
  select 'pg_catalog.pg_am'::pg_catalog.regclass, a.oid, pg_catalog.format('access method %%I', a.amname)
  from pg_catalog.pg_am a
  union all
  select 'pg_catalog.pg_subscription'::pg_catalog.regclass, s.oid, pg_catalog.format('subscription %%I', s.subname)
  from pg_catalog.pg_subscription s
  join pg_catalog.pg_database d on d.oid = s.subdbid
  where d.datname = pg_catalog.current_database()
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid,
    pg_catalog.format('tablespace of %%s %%I.%%I', case c.relkind when 'i' then 'index' else 'table' end, n.nspname, c.relname)
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.oid = any (%(schemas)s::pg_catalog.oid[]) and c.reltablespace <> 0 and c.relkind in ('r', 'p', 'm', 'i', 'I')
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid,
    pg_catalog.format('statistics target of a column of index %%I.%%I', n.nspname, c.relname)
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.oid = any (%(schemas)s::pg_catalog.oid[])
    and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attstattarget >= 0)
)
select f.what collate pg_catalog."C"
from found f
where f.oid >= 16384
  and not exists (
    select from pg_catalog.pg_depend e where e.classid = f.class and e.objid = f.oid and e.deptype in ('e', 'i'))
union
select pg_catalog.format('policy %%I on extension table %%I.%%I', pol.polname, n.nspname, c.relname)
from pg_catalog.pg_policy pol
join pg_catalog.pg_class c on c.oid = pol.polrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.oid = any (%(schemas)s::pg_catalog.oid[])
  and exists (
    select from pg_catalog.pg_depend e
    where e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and e.objid = c.oid and e.deptype = 'e')
union
select pg_catalog.format('security label of %%s %%s', s.objtype, s.objname)
from pg_catalog.pg_seclabels s
join pg_catalog.pg_namespace n on n.oid = s.objnamespace
where n.oid = any (%(schemas)s::pg_catalog.oid[])
union
select pg_catalog.format('%%s depends on extension %%I', o.identity, e.extname)
from (
  select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) as identity, d.refobjid
  from pg_catalog.pg_depend d
  where d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.deptype = 'x') o
join pg_catalog.pg_extension e on e.oid = o.refobjid
union
select pg_catalog.format('%%s large objects', pg_catalog.count(*))
from pg_catalog.pg_largeobject_metadata
having pg_catalog.count(*) > 0
order by 1
