-- The columns of relations and the attributes of stand-alone composite types, in their physical order.
select
  a.attrelid as relation,
  a.attname as name,
  (pg_catalog.row_number() over (partition by a.attrelid order by a.attnum))::pg_catalog.int4 as position,
  pg_catalog.format_type(a.atttypid, a.atttypmod) as type_text,
  tn.nspname as type_schema,
  coalesce(el.typname, t.typname) as type_name,
  el.oid is not null as type_array,
  a.attndims::pg_catalog.int4 as dimensions,
  a.atttypmod as modifier,
  -- Postgres 18 sets the flag for a NOT NULL that is not validated, too.
  a.attnotnull and not exists (
    select from pg_catalog.pg_constraint con
    where con.conrelid = a.attrelid and con.contype = 'n' and not con.convalidated and a.attnum = any (con.conkey)
  ) as not_null,
  case when a.attgenerated = '' then pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) end as default,
  case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as identity,
  case when a.attgenerated <> '' then pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) end as generated,
  case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end as generated_kind,
  case when a.attcollation <> t.typcollation and co.oid is not null
    then pg_catalog.format('%%I.%%I', cn.nspname, co.collname) end as collation,
  case when a.attstorage <> t.typstorage and c.relkind <> 'c' then
    case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end
    end as storage,
  case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as compression,
  case when a.attstattarget >= 0 then a.attstattarget::pg_catalog.int4 end as statistics,
  a.attinhcount > 0 as inherited,
  case when c.relkind = 'v' or fdw.fdwhandler <> 0 then
    pg_catalog.pg_column_is_updatable(a.attrelid, a.attnum, false)
    -- An INSTEAD OF trigger, or a rule that always replaces the command, gets every column.
    or exists (
      select from pg_catalog.pg_trigger tg
      where tg.tgrelid = a.attrelid and tg.tgtype & 64 = 64 and tg.tgtype & (4 | 16) > 0)
    or exists (
      select from pg_catalog.pg_rewrite r
      where r.ev_class = a.attrelid and r.is_instead and r.ev_type in ('2', '3')
        and r.ev_qual::pg_catalog.text = '<>')
    else c.relkind in ('r', 'p', 'f', 'c') end as updatable,
  coalesce(a.attoptions, '{}') || coalesce(a.attfdwoptions, '{}') as options,
  de.description as comment
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_type el on el.oid = t.typelem and el.typarray = t.oid
join pg_catalog.pg_namespace tn on tn.oid = coalesce(el.typnamespace, t.typnamespace)
left join pg_catalog.pg_foreign_table ft on ft.ftrelid = c.oid
left join pg_catalog.pg_foreign_server fs on fs.oid = ft.ftserver
left join pg_catalog.pg_foreign_data_wrapper fdw on fdw.oid = fs.srvfdw
left join pg_catalog.pg_attrdef ad on ad.adrelid = a.attrelid and ad.adnum = a.attnum
left join pg_catalog.pg_collation co on co.oid = a.attcollation
left join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and de.objoid = a.attrelid and de.objsubid = a.attnum
where a.attnum > 0
  and not a.attisdropped
  and (c.oid = any (%(relations)s::pg_catalog.oid[])
    or c.relkind = 'c' and c.relnamespace = any (%(schemas)s::pg_catalog.oid[]))
order by a.attrelid, a.attnum
