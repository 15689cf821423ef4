select
  c.oid,
  n.nspname as schema,
  c.relname as name,
  case c.relkind
    when 'r' then 'table'
    when 'p' then 'partitioned table'
    when 'v' then 'view'
    when 'm' then 'materialized view'
    when 'f' then 'foreign table' end as kind,
  pg_catalog.pg_get_userbyid(c.relowner) as owner,
  c.relrowsecurity as row_level_security,
  c.relforcerowsecurity as force_row_level_security,
  case c.relpersistence when 'p' then 'permanent' when 'u' then 'unlogged' else 'temporary' end as persistence,
  coalesce(c.reloptions, '{}')
    || coalesce((
      select pg_catalog.array_agg('toast.' || o.option)
      from pg_catalog.pg_class toast, pg_catalog.unnest(toast.reloptions) as o (option)
      where toast.oid = c.reltoastrelid), '{}')
    || coalesce(ft.ftoptions, '{}') as options,
  case when c.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(c.oid) end as definition,
  case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end as partition_key,
  case when c.relispartition then pg_catalog.pg_get_expr(c.relpartbound, c.oid) end as partition_bound,
  coalesce((
    select pg_catalog.array_agg(array[pn.nspname::pg_catalog.text, pc.relname::pg_catalog.text] order by i.inhseqno)
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class pc on pc.oid = i.inhparent
    join pg_catalog.pg_namespace pn on pn.oid = pc.relnamespace
    where i.inhrelid = c.oid), '{}') as parents,
  tn.nspname as of_type_schema,
  ot.typname as of_type_name,
  am.amname as access_method,
  case c.relreplident
    when 'd' then 'default' when 'n' then 'nothing' when 'f' then 'full' else 'index' end as replica_identity,
  (
    select ic.relname
    from pg_catalog.pg_index i
    join pg_catalog.pg_class ic on ic.oid = i.indexrelid
    where c.relreplident = 'i' and i.indrelid = c.oid and i.indisreplident
    order by ic.relname
    limit 1) as replica_identity_index,
  (
    select ic.relname
    from pg_catalog.pg_index i
    join pg_catalog.pg_class ic on ic.oid = i.indexrelid
    where i.indrelid = c.oid and i.indisclustered) as clustered_on,
  c.relispopulated as populated,
  case when c.relkind = 'v' or fdw.fdwhandler <> 0 then pg_catalog.pg_relation_is_updatable(c.oid, true) & 8 = 8
    else c.relkind in ('r', 'p', 'f') end as insertable,
  case when c.relkind = 'v' or fdw.fdwhandler <> 0 then pg_catalog.pg_relation_is_updatable(c.oid, true) & 4 = 4
    else c.relkind in ('r', 'p', 'f') end as updatable,
  fs.srvname as server,
  c.oid = any (%(managed)s::pg_catalog.oid[]) or n.nspname = any (%(managed_names)s::pg_catalog.text[])
    or n.nspname ~ %(managed_pattern)s as managed,
  de.description as comment
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_am am on am.oid = c.relam
left join pg_catalog.pg_type ot on ot.oid = c.reloftype
left join pg_catalog.pg_namespace tn on tn.oid = ot.typnamespace
left join pg_catalog.pg_foreign_table ft on ft.ftrelid = c.oid
left join pg_catalog.pg_foreign_server fs on fs.oid = ft.ftserver
left join pg_catalog.pg_foreign_data_wrapper fdw on fdw.oid = fs.srvfdw
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and de.objoid = c.oid and de.objsubid = 0
where c.oid = any (%(relations)s::pg_catalog.oid[])
order by n.nspname, c.relname
